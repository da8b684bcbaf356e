/**
 * Pure: a substitute for event streams, which Secrets Manager does not have.
 *
 * Replaces `@smithy/core/event-streams` in the bundle (see README.md).
 */

/** Replaces the SDK's reader and writer of event streams. */
export class EventStreamSerde {
  constructor() {
    throw new Error("Event streams are not bundled. Remove the alias in lib/functions/bundle.ts.");
  }
}

/** Replaces the SDK's encoder and decoder of their messages. */
export function eventStreamSerdeProvider(): undefined {
  return undefined;
}
