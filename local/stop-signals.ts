/** Edge (process): tells when to stop: on Ctrl-C, SIGTERM, or when npm has ended. */

/**
 * Calls `stop`, possibly more than once: Ctrl-C arrives from the terminal and from npm.
 *
 * When npm gets SIGTERM, it ends its shell but not this process, so this also checks whether the parent still runs.
 */
export function onStop(stop: () => unknown): void {
  process.on("SIGINT", stop).on("SIGTERM", stop);
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || stop(), 500).unref();
}
