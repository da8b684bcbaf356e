/** Pure: the endpoint's answer -> the token, or what went wrong. */
import type { ErrorBody, PublicErrorCode, TokenBody } from "../../lambda/contract.ts";
import { type PageErrorCode, TokenSourceError } from "./error.ts";
import { parseRetryAfter } from "./retry-delay.ts";

/**
 * Reads an answer of the function, or of API Gateway, whose own have a `message` but no `code`.
 *
 * @param response its status and headers.
 * @param text its body.
 * @param nowMs the time, as a `retry-after` may be a date.
 */
export function parseAnswer({ ok, status, headers }: Response, text: string, nowMs: number): string | TokenSourceError {
  const body = parseJson(text);
  if (ok && isTokenBody(body)) return body.authToken;

  const requestId = headers.get("x-request-id") ?? undefined;
  return new TokenSourceError({
    requestId,
    ...(status !== 401 && isErrorBody(body) ? body : toGatewayError(status)),
    status,
    retryAfterSeconds: parseRetryAfter(headers.get("retry-after"), nowMs),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTokenBody(body: unknown): body is TokenBody {
  const { authToken } = Object(body);
  return typeof authToken === "string" && authToken !== "";
}

function isErrorBody(body: unknown): body is ErrorBody {
  const { code, requestId, retryable } = Object(body);
  return (
    typeof code === "string" &&
    Object.hasOwn(ENDPOINT_ERRORS, code) &&
    typeof requestId === "string" &&
    typeof retryable === "boolean"
  );
}

/** The compiler compares these with the contract. */
const ENDPOINT_ERRORS: Record<PublicErrorCode, true> = {
  UNAUTHENTICATED: true,
  IDENTITY_UNMAPPABLE: true,
  NOT_A_USER_TOKEN: true,
  EMAIL_NOT_VERIFIED: true,
  IDENTITY_MISMATCH: true,
  INVALID_REQUEST: true,
  SERVICE_MISCONFIGURED: true,
  INTERNAL: true,
  UPSTREAM_ERROR: true,
  UPSTREAM_UNREACHABLE: true,
  UPSTREAM_UNAVAILABLE: true,
  UPSTREAM_RATE_LIMITED: true,
  SECRET_UNAVAILABLE: true,
  UPSTREAM_TIMEOUT: true,
};

function toGatewayError(status: number): { code: PageErrorCode; retryable?: boolean } {
  if (status === 401) return { code: "SIGN_IN_REQUIRED" };
  if (status === 403) return { code: "FORBIDDEN" };
  if (status === 429) return { code: "RATE_LIMITED", retryable: true };
  if (status === 503 || status === 504) return { code: "UNAVAILABLE", retryable: true };
  return { code: "UNEXPECTED_RESPONSE" };
}
