/** Pure: every reason to fail, one class each. The log names the exact `code`; the caller sees its public code. */
import { PUBLIC_ERRORS, type PublicErrorCode } from "../contract.ts";

/** The codes that only the log shows, and what the caller sees instead. */
const PUBLIC_CODE_OF = {
  ORIGIN_NOT_ALLOWED: "INVALID_REQUEST",
  CONFIG_INVALID: "SERVICE_MISCONFIGURED",
  CONFIG_API_KEY_NOT_SET: "SERVICE_MISCONFIGURED",
  CONFIG_API_KEY_INVALID: "SERVICE_MISCONFIGURED",
  CONFIG_SECRET_ACCESS: "SERVICE_MISCONFIGURED",
  CONFIG_SECRET_NOT_FOUND: "SERVICE_MISCONFIGURED",
  UPSTREAM_AUTH_FAILED: "UPSTREAM_ERROR",
  UPSTREAM_FORBIDDEN: "UPSTREAM_ERROR",
  UPSTREAM_NOT_FOUND: "UPSTREAM_ERROR",
  UPSTREAM_REJECTED: "UPSTREAM_ERROR",
  UPSTREAM_REDIRECTED: "UPSTREAM_ERROR",
  UPSTREAM_BAD_RESPONSE: "UPSTREAM_ERROR",
} as const satisfies Record<string, PublicErrorCode>;

/** Every code that the log can show; stable, because alarms and queries name them. */
export type ErrorCode = PublicErrorCode | keyof typeof PUBLIC_CODE_OF;

interface TokenErrorOptions {
  /** The underlying error. The log shows its code or name, never its message. */
  cause?: unknown;
  /** HTTP status of Mindset's response. */
  upstreamStatus?: number;
  /** Seconds that Mindset asked to wait, 0 to 60. */
  upstreamRetryAfterSeconds?: number;
  /** What the caller reads. @default message, which the log shows as well */
  publicMessage?: string;
}

/** A failure with a response of its own. `message` never holds a key, a token or a claim value. */
export abstract class TokenError extends Error {
  /** The exact reason, e.g. `"UPSTREAM_AUTH_FAILED"`. */
  abstract readonly code: ErrorCode;
  /** True when the service cannot work until an operator acts. */
  readonly operatorActionNeeded: boolean = false;
  readonly upstreamStatus: number | undefined;
  readonly upstreamRetryAfterSeconds: number | undefined;
  readonly publicMessage: string;
  /** Calls made to Mindset before giving up. */
  attempts = 0;

  constructor(message: string, options: TokenErrorOptions = {}) {
    const { cause, upstreamStatus, upstreamRetryAfterSeconds, publicMessage = message } = options;
    super(message, { cause });
    this.publicMessage = publicMessage;
    this.upstreamStatus = upstreamStatus;
    this.upstreamRetryAfterSeconds = upstreamRetryAfterSeconds;
  }

  /** What the caller sees, e.g. `"UPSTREAM_ERROR"`; the same as `code` unless that is for the log only. */
  get publicCode(): PublicErrorCode {
    const { code } = this;
    return code in PUBLIC_CODE_OF ? PUBLIC_CODE_OF[code as keyof typeof PUBLIC_CODE_OF] : (code as PublicErrorCode);
  }

  /** HTTP status of the response. */
  get status(): number {
    return PUBLIC_ERRORS[this.publicCode].status;
  }

  /** Seconds for the `retry-after` header, 1 to 60; undefined when a retry does not help. */
  get retryAfterSeconds(): number | undefined {
    const contract = PUBLIC_ERRORS[this.publicCode];
    if (!("retryAfterSeconds" in contract)) return undefined;
    return Math.max(this.upstreamRetryAfterSeconds ?? contract.retryAfterSeconds, 1); // a page would retry 0 immediately
  }
}

/** The event has no identity that the configured authorizer verified. */
export class UnauthenticatedError extends TokenError {
  readonly code = "UNAUTHENTICATED";
}

/** The identity claim is absent, empty or cannot become a Mindset user. */
export class IdentityUnmappableError extends TokenError {
  readonly code = "IDENTITY_UNMAPPABLE";
}

/** The token is an application's own, or an ID token. */
export class NotAUserTokenError extends TokenError {
  readonly code = "NOT_A_USER_TOKEN";
}

/** Email addresses identify users, and the identity provider does not report this one as verified. */
export class EmailNotVerifiedError extends TokenError {
  readonly code = "EMAIL_NOT_VERIFIED";
}

/** The id in the path is not the caller's. */
export class IdentityMismatchError extends TokenError {
  readonly code = "IDENTITY_MISMATCH";
}

/** The body is not what a caller may send. */
export class InvalidRequestError extends TokenError {
  readonly code: ErrorCode = "INVALID_REQUEST";
}

/** The body is too large. */
export class RequestTooLargeError extends InvalidRequestError {
  override get status(): number {
    return 413;
  }
}

/** A page that may not send cookies sent the request. */
export class OriginNotAllowedError extends InvalidRequestError {
  override readonly code = "ORIGIN_NOT_ALLOWED";

  override get status(): number {
    return 403;
  }
}

const MISCONFIGURED = "The service is misconfigured. Its operator finds the reason in the log, under the request id.";

/** Only an operator can fix this: settings, the secret, or access to it. The caller does not see the reason. */
abstract class MisconfiguredError extends TokenError {
  override readonly operatorActionNeeded = true;

  constructor(message: string, options: TokenErrorOptions = {}) {
    super(message, { publicMessage: MISCONFIGURED, ...options });
  }
}

/** One or more settings of the function are missing or invalid; `message` lists them all. */
export class ConfigInvalidError extends MisconfiguredError {
  readonly code = "CONFIG_INVALID";
}

/** The secret still holds the placeholder that the stack put there. */
export class ApiKeyNotSetError extends MisconfiguredError {
  readonly code = "CONFIG_API_KEY_NOT_SET";
}

/** The value of the secret cannot be a Mindset API key. */
export class ApiKeyInvalidError extends MisconfiguredError {
  readonly code = "CONFIG_API_KEY_INVALID";
}

/** AWS denies the function access to the secret. */
export class SecretAccessError extends MisconfiguredError {
  readonly code = "CONFIG_SECRET_ACCESS";
}

/** The secret does not exist, has no value, or is scheduled for deletion. */
export class SecretNotFoundError extends MisconfiguredError {
  readonly code = "CONFIG_SECRET_NOT_FOUND";
}

/** Secrets Manager does not answer, and no key is cached. */
export class SecretUnavailableError extends TokenError {
  readonly code = "SECRET_UNAVAILABLE";
}

/** Mindset answers with 401: the request reached it without a key it knows. Never the caller's 401. */
export class UpstreamAuthFailedError extends TokenError {
  readonly code: ErrorCode = "UPSTREAM_AUTH_FAILED";
  /** False when the user's name may be at fault instead of the key. */
  override operatorActionNeeded = true;
}

/** Mindset answers with 403: the key was deleted or belongs to another application. Never the caller's 403. */
export class UpstreamForbiddenError extends UpstreamAuthFailedError {
  override readonly code = "UPSTREAM_FORBIDDEN";
}

/** Mindset answers with 404: the application's uid or the host is wrong. */
export class UpstreamNotFoundError extends TokenError {
  readonly code = "UPSTREAM_NOT_FOUND";
  override readonly operatorActionNeeded = true;
}

/** Mindset rejects the request itself (another 4xx). */
export class UpstreamRejectedError extends TokenError {
  readonly code = "UPSTREAM_REJECTED";
}

/** Mindset answers with a redirect (3xx), which is not followed: the API key would be sent too. */
export class UpstreamRedirectedError extends TokenError {
  readonly code = "UPSTREAM_REDIRECTED";
  override readonly operatorActionNeeded = true;
}

/** Mindset's response is interrupted, is too large, or has no token. */
export class UpstreamBadResponseError extends TokenError {
  readonly code = "UPSTREAM_BAD_RESPONSE";
}

/** No connection to Mindset: DNS, TCP or TLS failed. */
export class UpstreamUnreachableError extends TokenError {
  readonly code = "UPSTREAM_UNREACHABLE";
}

/** A kept-alive connection was dead before the request; this says nothing about Mindset. */
export class ConnectionDiedError extends UpstreamUnreachableError {}

/** Mindset answers with 5xx. */
export class UpstreamUnavailableError extends TokenError {
  readonly code = "UPSTREAM_UNAVAILABLE";
}

/** Mindset answers with 429. */
export class UpstreamRateLimitedError extends TokenError {
  readonly code = "UPSTREAM_RATE_LIMITED";
}

/** Mindset's response is not complete in time, or no time is left to ask. */
export class UpstreamTimeoutError extends TokenError {
  readonly code = "UPSTREAM_TIMEOUT";
}

/** Anything unexpected; only the log says what happened. */
export class InternalError extends TokenError {
  readonly code = "INTERNAL";
}
