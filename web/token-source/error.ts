/** Pure: the one error of a token source. Nothing in it comes from a token, or from a text that somebody else wrote. */
import type { PublicErrorCode } from "../../lambda/contract.ts";

/**
 * What can go wrong beside the endpoint's own reasons:
 *
 * - `SIGN_IN_REQUIRED`: nobody is signed in, or the endpoint refused a fresh access token too. Let the user sign in again.
 * - `ACCESS_TOKEN_FAILED`: `getAccessToken` threw, or gave what is no bearer token (RFC 6750).
 * - `FORBIDDEN`: API Gateway's 403, for a missing scope.
 * - `RATE_LIMITED`: API Gateway's 429.
 * - `UNAVAILABLE`: a 503 or 504 that the function did not write.
 * - `UNEXPECTED_RESPONSE`: any other answer, also a 200 without a token.
 * - `NETWORK`: no answer that the page may read: offline, wrong address, or an origin that is not allowed (CORS).
 * - `TIME_LIMIT`: not done within `timeoutMs`.
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

/** Every `code` of a {@link TokenSourceError}: the endpoint's and the page's own. */
export type TokenSourceErrorCode = PublicErrorCode | PageErrorCode;

/** What is known of a failure. */
export interface FailureFacts {
  code: TokenSourceErrorCode;
  /** The HTTP status. @default - there was no answer */
  status?: number | undefined;
  /** For whoever reads the endpoint's log. @default - unknown */
  requestId?: string | undefined;
  /** Whether the same call may succeed later without anybody's doing. @default false */
  retryable?: boolean | undefined;
  /** Seconds that the endpoint asks to wait. @default - it did not say */
  retryAfterSeconds?: number | undefined;
}

/** No token, and why. */
export class TokenSourceError extends Error implements FailureFacts {
  override readonly name = "TokenSourceError";
  readonly code: TokenSourceErrorCode;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;

  constructor({ code, status, requestId, retryable = false, retryAfterSeconds }: FailureFacts) {
    super(
      `no Mindset token: ${code}${status ? ` (${status})` : ""}${code === "SIGN_IN_REQUIRED" ? ", sign in again" : ""}`,
    );
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.retryable = retryable;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
