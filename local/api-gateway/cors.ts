/** Pure: the CORS headers of the HTTP API, with the settings that the stack declares. */
import type { IncomingHttpHeaders } from "node:http";
import { CORS } from "../../lambda/contract.ts";
import type { GatewayResponse } from "./response.ts";

/** A page that may call the API. */
export interface AllowedPage {
  /** e.g. `http://localhost:3004`. */
  origin: string;
  /** Whether the browser may send cookies. */
  credentials: boolean;
}

/** Whether a request is a CORS preflight. */
export function isPreflight(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === "OPTIONS" && headers.origin !== undefined && headers["access-control-request-method"] !== undefined;
}

/**
 * Answers a preflight.
 *
 * @param page the page that asks; without it, the browser sends no request.
 */
export function preflightResponse(page: AllowedPage | undefined): GatewayResponse {
  const headers = page && {
    ...toOriginHeaders(page),
    "access-control-allow-methods": CORS.allowMethods.join(),
    "access-control-allow-headers": CORS.allowHeaders.join(),
    "access-control-max-age": String(CORS.maxAgeSeconds),
  };
  return { status: 204, headers: { ...headers }, body: "" };
}

/**
 * Adds the headers that let a page read a response. CORS headers of the function itself are dropped, as on AWS.
 *
 * @param page the page that asks; without it, the browser hides the response.
 */
export function withCors(response: GatewayResponse, page: AllowedPage | undefined): GatewayResponse {
  const headers = Object.entries(response.headers).filter(([name]) => !name.startsWith("access-control-"));
  const added = page && { ...toOriginHeaders(page), "access-control-expose-headers": CORS.exposeHeaders.join() };
  return { ...response, headers: { ...Object.fromEntries(headers), ...added } };
}

function toOriginHeaders({ origin, credentials }: AllowedPage): Record<string, string> {
  return {
    "access-control-allow-origin": origin,
    ...(credentials && { "access-control-allow-credentials": "true" }),
  };
}
