/** Pure: tells requests that a web page elsewhere made a browser send from those of the developer. */
import type { IncomingHttpHeaders } from "node:http";

/** This machine's names, the last one inside containers. */
const LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]", "host.docker.internal"];

/**
 * Whether the `Host` header names this machine. A page that rebinds the DNS name of its own origin to 127.0.0.1 reaches
 * the local servers, but with its own name in `Host`.
 */
export function isForLocalHost({ host = "" }: IncomingHttpHeaders): boolean {
  return LOCAL_NAMES.includes(host.toLowerCase().replace(/:\d+$/, ""));
}

/**
 * Whether a page of another origin sent the request. Browsers add `Origin` and `Sec-Fetch-Site`; curl sends neither.
 *
 * A content type that a form can send without a CORS preflight is refused as well: the browser sends it without our permission.
 */
export function isFromForeignPage(headers: IncomingHttpHeaders): boolean {
  const { origin, host, "sec-fetch-site": site = "none", "content-type": type = "" } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return true;
  if (site !== "none" && site !== "same-origin") return true;
  return /^(text\/plain|multipart\/form-data)\b/i.test(type);
}
