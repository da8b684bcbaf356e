/** Pure: checks the endpoint's URL before any access token is sent to it. */

/**
 * Parses the endpoint's URL. A relative URL such as `/api/getusertoken` is resolved against the page's.
 *
 * @throws TypeError when it is not a URL, contains a user name or password, or is plain HTTP on another host than localhost.
 */
export function parseEndpoint(endpoint: string | URL): URL {
  const url = new URL(endpoint, globalThis.location?.href);
  const { protocol, hostname, username, password } = url;
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  if (username || password || (protocol !== "https:" && !(protocol === "http:" && isLocal))) {
    throw new TypeError("endpoint must be https (or http on localhost), without a user name");
  }
  return url;
}
