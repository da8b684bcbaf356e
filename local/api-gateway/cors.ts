/** Pure: what the HTTP API says of CORS, with the settings that the stack declares. */
import type { IncomingHttpHeaders } from "node:http";
import { CORS } from "../../lambda/contract.ts";
import type { GatewayResponse } from "./response.ts";

/** Whether a browser asks what it may do, before it does it. */
export function isPreflight(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === "OPTIONS" && headers.origin !== undefined && headers["access-control-request-method"] !== undefined;
}

/**
 * The answer to a preflight.
 *
 * @param origin the page's, if it is allowed; without it the browser goes no further.
 */
export function preflightResponse(origin: string | undefined): GatewayResponse {
  return {
    status: 204,
    headers: origin
      ? {
          "access-control-allow-origin": origin,
          "access-control-allow-methods": CORS.allowMethods.join(),
          "access-control-allow-headers": CORS.allowHeaders.join(),
          "access-control-max-age": String(CORS.maxAgeSeconds),
        }
      : {},
    body: "",
  };
}

/**
 * Lets a page read any other response; what the function itself says of CORS does not count.
 *
 * @param origin the page's, if it is allowed.
 */
export function withCors(response: GatewayResponse, origin: string | undefined): GatewayResponse {
  return {
    ...response,
    headers: {
      ...Object.fromEntries(Object.entries(response.headers).filter(([name]) => !name.startsWith("access-control-"))),
      ...(origin && {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": CORS.exposeHeaders.join(),
      }),
    },
  };
}
