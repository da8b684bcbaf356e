/** Pure: the CORS settings of the HTTP API, as the stack declares them. */
import type { IncomingHttpHeaders } from "node:http";
import type { GatewayResponse } from "./http-api-response.ts";

const ALLOWED_METHODS = "GET,POST";
const ALLOWED_HEADERS = "authorization,content-type";
const EXPOSED_HEADERS = "x-request-id,retry-after";
const MAX_AGE_SECONDS = "3600";

/** Whether a browser asks what it may do, before it does it. */
export const isPreflight = (method: string | undefined, headers: IncomingHttpHeaders): boolean =>
  method === "OPTIONS" && headers.origin !== undefined && headers["access-control-request-method"] !== undefined;

/**
 * The answer to a preflight.
 *
 * @param origin the page's, if it is allowed; without it the browser goes no further.
 */
export const preflightResponse = (origin: string | undefined): GatewayResponse => ({
  status: 204,
  headers: origin
    ? {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": ALLOWED_METHODS,
        "access-control-allow-headers": ALLOWED_HEADERS,
        "access-control-max-age": MAX_AGE_SECONDS,
      }
    : {},
  body: "",
});

/**
 * Lets a page read any other response; what the function itself says of CORS does not count.
 *
 * @param origin the page's, if it is allowed.
 */
export const withCors = (response: GatewayResponse, origin: string | undefined): GatewayResponse => ({
  ...response,
  headers: {
    ...Object.fromEntries(Object.entries(response.headers).filter(([name]) => !name.startsWith("access-control-"))),
    ...(origin && { "access-control-allow-origin": origin, "access-control-expose-headers": EXPOSED_HEADERS }),
  },
});
