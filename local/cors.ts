/** Pure: the CORS settings of the HTTP API, as the stack declares them. */
import type { IncomingHttpHeaders } from "node:http";
import type { GatewayResponse } from "./http-api-response.ts";

const ALLOWED_METHODS = "GET,POST";
const ALLOWED_HEADERS = "authorization,content-type";
const EXPOSED_HEADERS = "x-request-id,retry-after";

/** Whether a browser asks what it may do, before it does it. */
export const isPreflight = (method: string | undefined, headers: IncomingHttpHeaders): boolean =>
  method === "OPTIONS" && headers.origin !== undefined && headers["access-control-request-method"] !== undefined;

/** The answer to a preflight; the browser goes no further when the origin is not named in it. */
export const preflightResponse = (origin: string | undefined, allowedOrigins: readonly string[]): GatewayResponse => ({
  status: 204,
  headers: isAllowed(origin, allowedOrigins)
    ? {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": ALLOWED_METHODS,
        "access-control-allow-headers": ALLOWED_HEADERS,
      }
    : {},
  body: "",
});

/** Gives any other response the CORS headers its origin is entitled to; those that the function set do not count. */
export const withCors = (
  response: GatewayResponse,
  origin: string | undefined,
  allowedOrigins: readonly string[],
): GatewayResponse => ({
  ...response,
  headers: {
    ...Object.fromEntries(Object.entries(response.headers).filter(([name]) => !name.startsWith("access-control-"))),
    ...(isAllowed(origin, allowedOrigins) && {
      "access-control-allow-origin": origin,
      "access-control-expose-headers": EXPOSED_HEADERS,
    }),
  },
});

const isAllowed = (origin: string | undefined, allowedOrigins: readonly string[]): origin is string =>
  origin !== undefined && allowedOrigins.includes(origin);
