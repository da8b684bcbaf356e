/** Pure: which failures of a call to Mindset are worth another try, after how long, and at whose expense. */
import {
  ConnectionDiedError,
  UpstreamAuthFailedError,
  UpstreamUnavailableError,
  UpstreamUnreachableError,
} from "../errors.ts";
import type { RetryBudget } from "./retry-budget.ts";

const PAUSE_MS = { least: 100, most: 300 };
const LONGEST_PAUSE_SECONDS = 1;
const RETRIED_STATUSES = [500, 502, 503, 504];
/** No answer had begun when one of these came, and what is asked may be asked twice; a refused certificate is refused twice. */
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

/** @returns milliseconds; undefined when the same request would only fail again. */
export function pauseBeforeRetry(error: unknown): number | undefined {
  const jitterMs = PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least);
  if (error instanceof UpstreamAuthFailedError) return 0;
  if (error instanceof UpstreamUnreachableError) return isTransient(error.cause) ? jitterMs : undefined;
  if (!(error instanceof UpstreamUnavailableError) || !RETRIED_STATUSES.includes(error.upstreamStatus ?? 0))
    return undefined;
  const askedSeconds = error.upstreamRetryAfterSeconds ?? 0;
  return askedSeconds > LONGEST_PAUSE_SECONDS ? undefined : Math.max(jitterMs, askedSeconds * 1_000);
}

/** Neither a refused key nor a connection that died is a failure of Mindset; but a failing Mindset also ends connections. */
export function isFreeToRetry(error: unknown, { mindsetFails }: RetryBudget): boolean {
  return error instanceof UpstreamAuthFailedError || (error instanceof ConnectionDiedError && !mindsetFails);
}

function isTransient(cause: unknown): boolean {
  return RETRIED_CODES.includes((cause as NodeJS.ErrnoException)?.code ?? "");
}
