/** A clock that never goes back, whatever happens to the time of day; reads the process's uptime. */

/** Milliseconds since the process started. Not `performance.now()`, which loads 2 MB of Node at cold start. */
export function monotonicMs(): number {
  return process.uptime() * 1_000;
}
