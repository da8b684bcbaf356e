/** Pure: which URLs the authorizer function may request. */

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]", "host.docker.internal"];

/** @returns whether requests may go to the URL: HTTPS, or HTTP to this machine. */
export function isAllowedUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && LOCAL_HOSTS.includes(hostname));
}
