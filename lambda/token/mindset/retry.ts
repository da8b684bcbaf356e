/** Pure: which failed calls to Mindset are worth a retry, how long to wait first, and how many retries are affordable. */
import {
  ConnectionDiedError,
  UpstreamAuthFailedError,
  UpstreamUnavailableError,
  UpstreamUnreachableError,
} from "../errors.ts";
import { isBrokenTls } from "../tls.ts";

const PAUSE_MS = { min: 100, max: 300 };
const LONGEST_PAUSE_SECONDS = 1;
const RETRIED_STATUSES = [500, 502, 503, 504];
/** The connection failed before a response. Certificate errors are missing on purpose: they would only repeat. */
const RETRIED_CODES = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
];

/** @returns milliseconds to wait before the retry; undefined when a retry would fail the same way. */
export function pauseBeforeRetry(error: unknown): number | undefined {
  const jitterMs = PAUSE_MS.min + Math.random() * (PAUSE_MS.max - PAUSE_MS.min);
  if (error instanceof UpstreamAuthFailedError) return 0;
  if (error instanceof UpstreamUnreachableError) return isTransient(error.cause) ? jitterMs : undefined;
  if (!(error instanceof UpstreamUnavailableError) || !RETRIED_STATUSES.includes(error.upstreamStatus ?? 0))
    return undefined;
  const requestedSeconds = error.upstreamRetryAfterSeconds ?? 0;
  return requestedSeconds > LONGEST_PAUSE_SECONDS ? undefined : Math.max(jitterMs, requestedSeconds * 1_000);
}

/**
 * A rejected key or a stale connection does not count against the retry budget, unless Mindset has failed since its
 * last success: a failing Mindset also closes connections.
 */
export function bypassesRetryBudget(error: unknown, mindsetFailing: boolean): boolean {
  return error instanceof UpstreamAuthFailedError || (error instanceof ConnectionDiedError && !mindsetFailing);
}

function isTransient(cause: unknown): boolean {
  return RETRIED_CODES.includes((cause as NodeJS.ErrnoException)?.code ?? "") || isBrokenTls(cause);
}

// Tokens are tenths of a retry: whole numbers do not drift.
const TOKENS_PER_SUCCESS = 1;
const TOKENS_PER_RETRY = 10;
const CAPACITY = 100;

/**
 * A token bucket. Starts with ten retries; every ten successes add one, up to ten.
 * It covers every retry while Mindset fails occasionally, and stops retries from doubling the load during an outage.
 *
 * @see https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs
 */
export class RetryBudget {
  #tokens = CAPACITY;

  /** Deposits a tenth of a retry after a success. */
  deposit(): void {
    this.#tokens = Math.min(this.#tokens + TOKENS_PER_SUCCESS, CAPACITY);
  }

  /** Withdraws one retry; returns false if the budget is exhausted. */
  withdraw(): boolean {
    if (this.#tokens < TOKENS_PER_RETRY) return false;
    this.#tokens -= TOKENS_PER_RETRY;
    return true;
  }
}
