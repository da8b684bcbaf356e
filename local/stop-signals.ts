/** Edge (process): when it is time to stop: Ctrl-C, SIGTERM, or npm gone. */

/**
 * Calls `stop`, perhaps more than once, as Ctrl-C reaches us from the terminal and from npm.
 *
 * npm ends its shell and not us when it gets SIGTERM itself, so that we look whether our parent is still there.
 */
export function onStop(stop: () => unknown): void {
  process.on("SIGINT", stop).on("SIGTERM", stop);
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || stop(), 500).unref();
}
