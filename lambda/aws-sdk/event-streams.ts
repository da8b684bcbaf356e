/**
 * Pure: says that there are no event streams.
 *
 * The bundle has this module in place of `@smithy/core/event-streams`: Secrets Manager has none, and the SDK's way of
 * loading them on demand would keep much of its code in the bundle as modules that are evaluated one by one.
 */
/** Stands in for the SDK's reader and writer of event streams. */
export class EventStreamSerde {
  constructor() {
    throw new Error("This bundle has no event streams (lib/function-bundle.ts).");
  }
}

/** Stands in for the SDK's coder of their messages. */
export function eventStreamSerdeProvider(): undefined {
  return undefined;
}
