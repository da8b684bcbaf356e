/** Edge (time): work that several callers wait for; it ends when it is done, late, or the last of them has left. */
import { TokenSourceError } from "./error.ts";

/**
 * Makes the function that callers call: the first begins the work, others join until it has ended.
 *
 * @param timeoutMs how long the work may last; then every caller gets `TIME_LIMIT`.
 * @param work is told by its signal that nobody waits any more.
 * @returns a function whose own signal lets one caller leave, with `ABORTED`.
 */
export function createSharedWork<T>(timeoutMs: number, work: (ended: AbortSignal) => Promise<T>) {
  let current: SharedWork<T> | undefined;

  return async (signal: AbortSignal): Promise<T> => {
    if (signal.aborted) throw toAborted(signal);
    current ??= begin(timeoutMs, work);
    const joined = current;
    joined.callers += 1;
    try {
      return await untilAborted(joined.result, signal);
    } finally {
      joined.callers -= 1;
      if (joined.callers === 0) {
        joined.end();
        current = undefined;
      }
    }
  };
}

interface SharedWork<T> {
  result: Promise<T>;
  callers: number;
  end(): void;
}

function begin<T>(timeoutMs: number, work: (ended: AbortSignal) => Promise<T>): SharedWork<T> {
  const controller = new AbortController();
  function late() {
    return controller.abort(new TokenSourceError({ code: "TIME_LIMIT", retryable: true }));
  }
  const timer = setTimeout(late, timeoutMs);
  function end() {
    clearTimeout(timer);
    controller.abort();
  }
  return { result: untilAborted(work(controller.signal), controller.signal), callers: 0, end };
}

function untilAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    function leave() {
      return reject(toAborted(signal));
    }
    signal.addEventListener("abort", leave);
    result.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** Our own reason for ending, or ABORTED for any that a caller has. */
function toAborted({ reason }: AbortSignal): TokenSourceError {
  return reason instanceof TokenSourceError ? reason : new TokenSourceError({ code: "ABORTED" });
}
