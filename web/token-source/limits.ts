/** Ends a call at its time limit, or when one of its signals fires. I/O: time. */
import { TokenSourceError } from "./error.ts";

/** When a call ends early. */
export interface Limits {
  timeoutMs: number;
  /** Everything but an `AbortSignal` is ignored, because an SDK may pass anything. */
  signals: unknown[];
}

/**
 * Runs `work` within limits.
 *
 * @param work gets a signal that fires when the call ends early, in the same turn.
 * @throws TokenSourceError with `TIME_LIMIT` or `ABORTED`, immediately.
 */
export function withinLimits<T>({ timeoutMs, signals }: Limits, work: (ended: AbortSignal) => Promise<T>): Promise<T> {
  const given = signals.filter((signal) => signal instanceof AbortSignal);
  const controller = new AbortController();
  let clear = () => {};
  const result = new Promise<T>((resolve, reject) => {
    function end(code: "TIME_LIMIT" | "ABORTED") {
      reject(new TokenSourceError({ code, retryable: code === "TIME_LIMIT" }));
      controller.abort();
    }
    function abort() {
      end("ABORTED");
    }
    const timer = setTimeout(end, timeoutMs, "TIME_LIMIT");
    for (const signal of given) signal.addEventListener("abort", abort);
    clear = () => {
      clearTimeout(timer);
      for (const signal of given) signal.removeEventListener("abort", abort);
    };
    if (given.some(({ aborted }) => aborted)) abort();
    else work(controller.signal).then(resolve, reject);
  });
  return result.finally(clear);
}
