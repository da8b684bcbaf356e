/** Pure: the endpoint's response -> the token, or an error. */
import type { ErrorBody, TokenBody } from "../../../lambda/contract.ts";
import { type Failure, TokenSourceError } from "../error.ts";
import { parseRetryAfter } from "./retry-delay.ts";

/**
 * Parses a response of the function, or API Gateway's own, whose bodies have a `message` but no `code`.
 *
 * @param text the body.
 * @param nowMs the current time, because `retry-after` may be a date.
 */
export function parseAnswer({ ok, status, headers }: Response, text: string, nowMs: number): string | TokenSourceError {
  const body = parseJson(text);
  if (ok && isTokenBody(body)) return body.authToken;

  return new TokenSourceError({
    ...(status !== 401 && isErrorBody(body)
      ? { code: body.code, retryable: body.retryable }
      : toGatewayFailure(status)),
    status,
    requestId: headers.get("x-request-id") ?? undefined,
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

/** Any code in the contract's notation: the endpoint may be newer than this file. */
function isErrorBody(body: unknown): body is ErrorBody {
  const { code, requestId, retryable } = Object(body);
  const isCode = typeof code === "string" && /^[A-Z]+(_[A-Z]+)*$/.test(code);
  return isCode && typeof requestId === "string" && typeof retryable === "boolean";
}

function toGatewayFailure(status: number): Failure {
  if (status === 401) return { code: "SIGN_IN_REQUIRED" };
  if (status === 403) return { code: "FORBIDDEN" };
  if (status === 429) return { code: "RATE_LIMITED", retryable: true };
  if (status === 503 || status === 504) return { code: "UNAVAILABLE", retryable: true };
  return { code: "UNEXPECTED_RESPONSE" };
}
