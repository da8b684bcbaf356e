/** Pure: a token or an error -> the HTTP response that the contract promises; plus the Middy adapter for errors. */
import type { Request } from "@middy/core";
import { type ErrorBody, PUBLIC_ERRORS, type TokenBody } from "../../contract.ts";
import { InternalError, TokenError } from "../errors.ts";
import type { TokenContext } from "../log/middleware.ts";

/** What API Gateway expects of a payload-2.0 integration. */
export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  /** JSON text. */
  body: string;
}

/** Middy adapter: turns anything thrown into a TokenError, and that into the response. */
export function errorResponse() {
  return {
    onError: (request: Request<unknown, HttpResponse, unknown, TokenContext>): void => {
      const error = toTokenError(request.error);
      request.error = error;
      request.response = toErrorResponse(error, request.context.observation.requestId);
    },
  };
}

/** @returns 200 with `{"authToken":"..."}`. */
export function toTokenResponse(authToken: string, requestId: string): HttpResponse {
  return toJsonResponse({ statusCode: 200, body: { authToken } satisfies TokenBody, requestId });
}

/** @returns status and body for the error's `publicCode`; `retry-after` where a retry may help. */
export function toErrorResponse(error: TokenError, requestId: string): HttpResponse {
  const { publicCode: code, publicMessage: message, status: statusCode, retryAfterSeconds } = error;
  const body: ErrorBody = { code, message, requestId, retryable: PUBLIC_ERRORS[code].retryable };
  const response = toJsonResponse({ statusCode, body, requestId });
  if (retryAfterSeconds !== undefined) response.headers["retry-after"] = String(retryAfterSeconds);
  return response;
}

function toTokenError(error: unknown): TokenError {
  if (error instanceof TokenError) return error;
  return new InternalError("Unexpected error. The log has the details, under the request id.", { cause: error });
}

function toJsonResponse(response: { statusCode: number; body: object; requestId: string }): HttpResponse {
  return {
    statusCode: response.statusCode,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": response.requestId,
    },
    body: JSON.stringify(response.body),
  };
}
