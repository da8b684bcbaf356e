/** Edge (clock): one request to an instance of the function, and all that can be seen of it. */
import { tokenEvent } from "../support/events.ts";
import type { Invoke } from "../support/function.ts";
import type { LogWatch, PrintedLine } from "./log-watch.ts";

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

/** What may be different about a request. */
export interface CallOptions {
  /** What Lambda says is left. @default 15_000 */
  remainingMs?: number;
}

/** Asks an instance for a token, as somebody who never asked before. */
export type Ask = (invoke: Invoke, options?: CallOptions) => Promise<Call>;

/** Makes what asks; whatever an answer may not hold is found by the watch. */
export function createAsk(watch: LogWatch): Ask {
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

    watch.search(answer);
    const [line, ...others] = watch.take(requestId);
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
