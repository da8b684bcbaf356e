/** Pure: the endpoint's address, which must be one that an access token may be sent to. */

/**
 * Reads the address; one without a host is the page's own.
 *
 * @throws TypeError when it is no URL, has a user in it, or would send the access token in the clear.
 */
export function parseEndpoint(endpoint: string | URL): URL {
  const url = new URL(endpoint, globalThis.location?.href);
  const { protocol, hostname, username, password } = url;
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  if (username || password || (protocol !== "https:" && !(protocol === "http:" && isLocal))) {
    throw new TypeError("endpoint must be https, or http on localhost, without a user");
  }
  return url;
}
