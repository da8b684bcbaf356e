/** Pure: how long to wait before the next try. */
import type { TokenSourceError } from "../error.ts";

const MAX_RETRIES = 2;
const MAX_RETRY_AFTER_SECONDS = 10;

/**
 * Decides whether and when to retry after a failure.
 *
 * The delay is what the endpoint asks for, at least 250 ms (then 500 ms), plus up to 500 ms of jitter, so that pages
 * that failed together do not come back together.
 *
 * @param retries how many retries there were, e.g. `0`.
 * @param random a number from 0 to 1.
 * @returns milliseconds; `Infinity` when there must be no retry.
 */
export function toRetryDelayMs(
  { retryable, retryAfterSeconds = 0 }: TokenSourceError,
  retries: number,
  random: number,
): number {
  if (!retryable || retries === MAX_RETRIES || retryAfterSeconds > MAX_RETRY_AFTER_SECONDS)
    return Number.POSITIVE_INFINITY;
  return Math.max(retryAfterSeconds * 1000, 250 * 2 ** retries) + 500 * random;
}

/**
 * Parses the header `retry-after`.
 *
 * @param value seconds (`"5"`) or a date (`"Wed, 21 Oct 2026 07:28:00 GMT"`).
 * @returns seconds from now, never negative; `undefined` when the value is neither.
 * @see RFC 9110 section 10.2.3
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value && /^\d+$/.test(value)) return Number(value);
  const date = value?.endsWith(" GMT") ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs) / 1000;
}
