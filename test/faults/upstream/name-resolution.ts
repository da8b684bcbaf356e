/** Edge (DNS): makes this process unable to find the address of any host name, for a while. */
import dns from "node:dns";

/** Every look-up, or the next ones, fail with ENOTFOUND until the returned function is called. */
export function breakNameResolution(times = Number.POSITIVE_INFINITY): () => void {
  const { lookup } = dns;
  let left = times;
  dns.lookup = ((...args: Parameters<typeof lookup>) => {
    if (left <= 0) return lookup(...args);
    left -= 1;
    const answer = args.at(-1) as unknown as (error: Error) => void;
    setImmediate(answer, Object.assign(new Error(`getaddrinfo ENOTFOUND ${args[0]}`), { code: "ENOTFOUND" }));
  }) as typeof lookup;
  return () => {
    dns.lookup = lookup;
  };
}
