/** Pure: every reason to fail. The log names the exact `code`, the caller sees the `publicCode` it stands for. */
import { PUBLIC_ERRORS, type PublicErrorCode } from "../contract.ts";

interface TokenErrorOptions {
  /** The error underneath, for the log: its code or name and, when unforeseen, where it was thrown; never its message. */
  cause?: unknown;
  /** HTTP status that Mindset answered with, if it answered. */
  upstreamStatus?: number;
  /** Seconds that the upstream asked to wait, 0 to 60, if it did. */
  upstreamRetryAfterSeconds?: number;
  /** For the caller instead of `message`, which also goes into the log. */
  publicMessage?: string;
}

/** A failure with an answer of its own. `message` never holds a key, a token or a claim value. */
export abstract class TokenError extends Error {
  /** Exact and stable, e.g. `"UPSTREAM_AUTH_FAILED"`; for the log. */
  abstract readonly code: string;
  /** What the caller sees instead, e.g. `"UPSTREAM_ERROR"`. */
  abstract readonly publicCode: PublicErrorCode;
  /** True when nothing changes until an operator acts. */
  readonly operatorActionNeeded: boolean = false;
  readonly upstreamStatus: number | undefined;
  /** Calls made to Mindset before giving up. */
  attempts = 0;
  /** Seconds that the upstream asked to wait, if it did. */
  readonly upstreamRetryAfterSeconds: number | undefined;

  /** What the caller reads: the same as the log, unless one of the two should not see it. */
  readonly publicMessage: string;

  constructor(message: string, options: TokenErrorOptions = {}) {
    const { cause, upstreamStatus, upstreamRetryAfterSeconds, publicMessage = message } = options;
    super(message, { cause });
    this.publicMessage = publicMessage;
    this.upstreamStatus = upstreamStatus;
    this.upstreamRetryAfterSeconds = upstreamRetryAfterSeconds;
  }

  /** HTTP status of the answer. */
  get status(): number {
    return PUBLIC_ERRORS[this.publicCode].status;
  }

  /** Seconds for the header `retry-after`, 1 to 60; undefined when trying again will not help. */
  get retryAfterSeconds(): number | undefined {
    const contract = PUBLIC_ERRORS[this.publicCode];
    if (!("retryAfterSeconds" in contract)) return undefined;
    return Math.max(this.upstreamRetryAfterSeconds ?? contract.retryAfterSeconds, 1); // 0 would have pages ask at once
  }
}

/** The event holds no identity that the configured authorizer has verified. */
export class UnauthenticatedError extends TokenError {
  readonly code = "UNAUTHENTICATED";
  readonly publicCode = "UNAUTHENTICATED";
}

/** The identity claim is absent, empty or cannot become a Mindset user. */
export class IdentityUnmappableError extends TokenError {
  readonly code = "IDENTITY_UNMAPPABLE";
  readonly publicCode = "IDENTITY_UNMAPPABLE";
}

/** E-mail addresses identify users here, and the provider does not vouch for this one. */
export class EmailNotVerifiedError extends TokenError {
  readonly code = "EMAIL_NOT_VERIFIED";
  readonly publicCode = "EMAIL_NOT_VERIFIED";
}

/** The path names somebody else than the caller. */
export class IdentityMismatchError extends TokenError {
  readonly code = "IDENTITY_MISMATCH";
  readonly publicCode = "IDENTITY_MISMATCH";
}

/** The body is not what a caller may send. */
export class InvalidRequestError extends TokenError {
  readonly code = "INVALID_REQUEST";
  readonly publicCode = "INVALID_REQUEST";
}

/** The body is larger than anything a caller may send. */
export class RequestTooLargeError extends InvalidRequestError {
  override get status(): number {
    return 413;
  }
}

const SET_UP_WRONGLY =
  "The service is not set up correctly; its operator finds the reason in the log, by the request id.";

/** Something only the operator can put right: settings, the secret, the right to read it. */
abstract class MisconfiguredError extends TokenError {
  readonly publicCode = "SERVICE_MISCONFIGURED";
  override readonly operatorActionNeeded = true;

  constructor(message: string, options: TokenErrorOptions = {}) {
    super(message, { publicMessage: SET_UP_WRONGLY, ...options });
  }
}

/** One or more settings of the function are missing or malformed; `message` lists them all. */
export class ConfigInvalidError extends MisconfiguredError {
  readonly code = "CONFIG_INVALID";
}

/** The secret still holds the placeholder that the stack put there. */
export class ApiKeyNotSetError extends MisconfiguredError {
  readonly code = "CONFIG_API_KEY_NOT_SET";
}

/** The secret holds something that cannot be a Mindset API key. */
export class ApiKeyInvalidError extends MisconfiguredError {
  readonly code = "CONFIG_API_KEY_INVALID";
}

/** AWS refuses the function the secret's value. */
export class SecretAccessError extends MisconfiguredError {
  readonly code = "CONFIG_SECRET_ACCESS";
}

/** There is no such secret, or it has no value, or it is to be deleted. */
export class SecretNotFoundError extends MisconfiguredError {
  readonly code = "CONFIG_SECRET_NOT_FOUND";
}

/** Secrets Manager gives no answer, and no key is known from before. */
export class SecretUnavailableError extends TokenError {
  readonly code = "SECRET_UNAVAILABLE";
  readonly publicCode = "SECRET_UNAVAILABLE";
}

/** Mindset answers 401: it does not know our API key. Never the caller's 401. */
export class UpstreamAuthFailedError extends TokenError {
  readonly code: string = "UPSTREAM_AUTH_FAILED";
  readonly publicCode = "UPSTREAM_ERROR";
  override readonly operatorActionNeeded = true;
}

/** Mindset answers 403: our API key was deleted or does not open this application. Never the caller's 403. */
export class UpstreamForbiddenError extends UpstreamAuthFailedError {
  override readonly code = "UPSTREAM_FORBIDDEN";
}

/** Mindset answers 404: the application's uid or the host is wrong. */
export class UpstreamNotFoundError extends TokenError {
  readonly code = "UPSTREAM_NOT_FOUND";
  readonly publicCode = "UPSTREAM_ERROR";
  override readonly operatorActionNeeded = true;
}

/** Mindset refuses the request itself (another 4xx). */
export class UpstreamRejectedError extends TokenError {
  readonly code = "UPSTREAM_REJECTED";
  readonly publicCode = "UPSTREAM_ERROR";
}

/** Mindset points elsewhere (3xx); not followed, because the API key would go along. */
export class UpstreamRedirectedError extends TokenError {
  readonly code = "UPSTREAM_REDIRECTED";
  readonly publicCode = "UPSTREAM_ERROR";
  override readonly operatorActionNeeded = true;
}

/** Mindset's answer is broken off, too large, or holds no token. */
export class UpstreamBadResponseError extends TokenError {
  readonly code = "UPSTREAM_BAD_RESPONSE";
  readonly publicCode = "UPSTREAM_ERROR";
}

/** No connection to Mindset: DNS, TCP or TLS. */
export class UpstreamUnreachableError extends TokenError {
  readonly code = "UPSTREAM_UNREACHABLE";
  readonly publicCode = "UPSTREAM_UNREACHABLE";
}

/** A kept-alive connection had died while nobody used it, which says nothing about Mindset. */
export class ConnectionDiedError extends UpstreamUnreachableError {}

/** Mindset answers 5xx. */
export class UpstreamUnavailableError extends TokenError {
  readonly code = "UPSTREAM_UNAVAILABLE";
  readonly publicCode = "UPSTREAM_UNAVAILABLE";
}

/** Mindset answers 429. */
export class UpstreamRateLimitedError extends TokenError {
  readonly code = "UPSTREAM_RATE_LIMITED";
  readonly publicCode = "UPSTREAM_RATE_LIMITED";
}

/** Mindset gave no whole answer within the time allowed, or there was none left to ask. */
export class UpstreamTimeoutError extends TokenError {
  readonly code = "UPSTREAM_TIMEOUT";
  readonly publicCode = "UPSTREAM_TIMEOUT";
}

/** Anything unforeseen; what happened stays in the log. */
export class InternalError extends TokenError {
  readonly code = "INTERNAL";
  readonly publicCode = "INTERNAL";
}
