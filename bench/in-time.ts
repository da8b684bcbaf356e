/** Edge (clock, signals): nothing is waited for longer than is allowed, nor after the run was told to stop. */
import { onStop } from "../local/stop-signals.ts";
import { BenchError, StoppedError } from "./errors.ts";

const stopping = new AbortController();

/** From now on a signal fails whatever {@link inTime} waits for, so that every `finally` runs. */
export function heedSignals(): void {
  onStop((signal: NodeJS.Signals = "SIGTERM") => stopping.abort(new StoppedError(signal)));
}

/** @returns undefined as long as nobody told the run to stop. */
export function whyStopped(): StoppedError | undefined {
  return stopping.signal.reason;
}

/** How long, and what is to be said then, e.g. `no answer`. */
export interface Limit {
  limitMs: number;
  orElse: string;
}

/**
 * Waits for `work`.
 *
 * @throws BenchError when the time is up, StoppedError when the run is to stop.
 */
export function inTime<T>(work: Promise<T>, { limitMs, orElse }: Limit): Promise<T> {
  return new Promise((resolve, reject) => {
    const { signal } = stopping;
    function stop() {
      return reject(signal.reason);
    }
    const timer = setTimeout(() => reject(new BenchError(`${orElse} within ${limitMs / 1_000} s`)), limitMs);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    });
  });
}
