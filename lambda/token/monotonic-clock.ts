/** Edge (clock): milliseconds that only go forward, whatever happens to the time of day. */

/** The clock of `performance.now()`; touching `performance` would load a part of Node that costs 2 MB at cold start. */
export function monotonicMs(): number {
  return process.uptime() * 1_000;
}
