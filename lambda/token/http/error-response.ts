/** Pure: any error -> the response that the contract promises; plus its Middy adapter. */
import type { Request } from "@middy/core";
import { type ErrorBody, PUBLIC_ERRORS } from "../../contract.ts";
import { InternalError, TokenError } from "../errors.ts";
import type { TokenContext } from "../log/middleware.ts";
import { type HttpResponse, toJsonResponse } from "./token-response.ts";

/** Turns whatever was thrown into a TokenError and that into the response. */
export function errorResponse() {
  return {
    onError: (request: Request<unknown, HttpResponse, unknown, TokenContext>): void => {
      const error = toTokenError(request.error);
      request.error = error;
      request.response = toErrorResponse(error, request.context.observation.requestId);
    },
  };
}

/** @returns status and body by the error's `publicCode`; `retry-after` where trying again may help. */
export function toErrorResponse(error: TokenError, requestId: string): HttpResponse {
  const { publicCode: code, publicMessage: message, status: statusCode, retryAfterSeconds } = error;
  const body: ErrorBody = { code, message, requestId, retryable: PUBLIC_ERRORS[code].retryable };
  const response = toJsonResponse({ statusCode, body, requestId });
  if (retryAfterSeconds !== undefined) response.headers["retry-after"] = String(retryAfterSeconds);
  return response;
}

function toTokenError(error: unknown): TokenError {
  return error instanceof TokenError
    ? error
    : new InternalError("Something went wrong here; the log says what.", { cause: error });
}
