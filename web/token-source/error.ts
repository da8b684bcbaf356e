/** Pure: the one error of a token source. It never contains a token or the text of a response. */
import type { PublicErrorCode } from "../../lambda/contract.ts";

/**
 * Failures besides those that the function reports:
 *
 * - `SIGN_IN_REQUIRED`: the user is not signed in, or the endpoint rejected a new access token too. Let the user sign in.
 * - `ACCESS_TOKEN_FAILED`: `getAccessToken` threw, or returned something that is not a bearer token (RFC 6750).
 * - `FORBIDDEN`: API Gateway's 403, e.g. a scope is missing.
 * - `RATE_LIMITED`: API Gateway's 429.
 * - `UNAVAILABLE`: API Gateway's 503 or 504.
 * - `UNEXPECTED_RESPONSE`: any other response, e.g. a 200 without a token.
 * - `NETWORK`: no response that the page can read: offline, wrong URL, or the page's origin is not allowed (CORS).
 * - `TIME_LIMIT`: the call took longer than `timeoutMs`.
 * - `ABORTED`: a signal ended the call.
 */
export type PageErrorCode =
  | "SIGN_IN_REQUIRED"
  | "ACCESS_TOKEN_FAILED"
  | "FORBIDDEN"
  | "RATE_LIMITED"
  | "UNAVAILABLE"
  | "UNEXPECTED_RESPONSE"
  | "NETWORK"
  | "TIME_LIMIT"
  | "ABORTED";

/** Every `code` of a {@link TokenSourceError}. A newer version of the endpoint may send codes that are not listed here. */
export type TokenSourceErrorCode = PublicErrorCode | PageErrorCode;

/** What a {@link TokenSourceError} tells. */
export interface Failure {
  code: TokenSourceErrorCode;
  /** The HTTP status. @default - no response */
  status?: number;
  /** Finds the request in the endpoint's log. @default - unknown */
  requestId?: string;
  /** Whether the same call may succeed later. @default false */
  retryable?: boolean;
  /** Seconds the endpoint asks to wait. @default - not given */
  retryAfterSeconds?: number;
}

/** Why there is no token. */
export class TokenSourceError extends Error implements Failure {
  declare readonly code: TokenSourceErrorCode;
  declare readonly status?: number;
  declare readonly requestId?: string;
  declare readonly retryable: boolean;
  declare readonly retryAfterSeconds?: number;

  constructor(failure: Failure) {
    const { code, status } = failure;
    super(`no Mindset token: ${code}${status ? ` (${status})` : ""}${code === "SIGN_IN_REQUIRED" ? ", sign in" : ""}`);
    Object.assign(this, { name: "TokenSourceError", retryable: false }, failure);
  }
}
