/** Pure: what both kinds of authorizers give: the context of a verified caller, or API Gateway's own refusal. */
import type { AuthorizerContext, EventParts } from "../event.ts";
import { type GatewayResponse, gatewayMessage } from "../response.ts";

/** Decides about one request. */
export type Authorize = (parts: EventParts) => Promise<Authorization>;

/** A verified caller, or a refusal and its reason for the access log (`$context.authorizer.error`). */
export type Authorization = { context: AuthorizerContext } | Refusal;

/** The answer of API Gateway instead of the function's. */
export interface Refusal {
  refusal: GatewayResponse;
  reason: string;
}

/** Refuses with 401 `{"message":"Unauthorized"}`. */
export function unauthorized(reason: string, headers = {}): Refusal {
  return { refusal: gatewayMessage(401, "Unauthorized", headers), reason };
}

/** Refuses with 403 `{"message":"Forbidden"}`. */
export function forbidden(reason: string, headers = {}): Refusal {
  return { refusal: gatewayMessage(403, "Forbidden", headers), reason };
}

/** Fails with 500 `{"message":"Internal Server Error"}`. */
export function authorizerFailed(reason: string): Refusal {
  return { refusal: gatewayMessage(500, "Internal Server Error"), reason };
}
