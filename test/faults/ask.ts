/** Edge (clock): one request to an instance of the function, and all that can be seen of it. */
import { expect } from "@jest/globals";
import { tokenEvent } from "../support/events.ts";
import type { Invoke } from "../support/function.ts";
import { type PrintedLine, watchLog } from "./log-watch.ts";
import { afterTest } from "./scenario.ts";

/** A request that has been answered. */
export interface Call {
  /** Whose token was asked for; also its `externalId`. */
  subject: string;
  status: number;
  body: Record<string, unknown>;
  retryAfter: string | undefined;
  /** Its only log line; undefined when there is not exactly one. */
  line: PrintedLine | undefined;
  /** Milliseconds inside the handler. */
  ms: number;
}

/** Asks an instance for a token, each time for another user. `remainingMs` is what Lambda says is left, 15 s by default. */
export type Ask = (invoke: Invoke, options?: { remainingMs?: number }) => Promise<Call>;

/** Captures the output until the end of the test, which fails if an answer or a log line contained a secret. */
export function createAsk(): Ask {
  const log = watchLog();
  afterTest(() => {
    log.stop();
    expect(log.leaks[0]).toBeUndefined();
  });
  let asked = 0;
  return async (invoke, { remainingMs = 15_000 } = {}) => {
    asked += 1;
    const requestId = `request-${asked}`;
    const subject = `sentinel-${asked}`;
    const event = tokenEvent({ sub: subject, name: "Sentinel Name" }, { requestId });
    const deadline = performance.now() + remainingMs;
    const context = { awsRequestId: "aws-1", getRemainingTimeInMillis: () => deadline - performance.now() };

    const began = performance.now();
    const answer = await invoke(event, context);
    const ms = performance.now() - began;

    log.search(answer);
    const [line, ...others] = log.take(requestId);
    return {
      subject,
      status: answer.statusCode,
      body: JSON.parse(answer.body),
      retryAfter: answer.headers["retry-after"],
      line: others.length === 0 ? line : undefined,
      ms,
    };
  };
}
