/** Pure: how long to wait before the next try. */
import type { TokenSourceError } from "./error.ts";

const MAX_RETRY_AFTER_SECONDS = 10;

/**
 * Decides whether and when a failure is worth another try.
 *
 * The wait is what the endpoint asked for, at least 250 ms and then 500 ms, and up to 500 ms more, so that pages that
 * failed together do not come back together.
 *
 * @param retries how many there have been.
 * @param random 0 to 1.
 * @returns milliseconds, or `undefined` when another try is useless.
 */
export function toRetryDelayMs(
  { code, status, retryAfterSeconds = 0 }: TokenSourceError,
  retries: number,
  random: number,
): number | undefined {
  const isPassing = code === "NETWORK" || status === 429 || status === 503 || status === 504;
  if (!isPassing || retryAfterSeconds > MAX_RETRY_AFTER_SECONDS) return undefined;
  return Math.max(retryAfterSeconds * 1000, 250 * 2 ** retries) + 500 * random;
}

/**
 * Reads the header `retry-after`.
 *
 * @param value seconds (`"5"`) or a date (`"Wed, 21 Oct 2026 07:28:00 GMT"`).
 * @returns seconds from now, never negative; `undefined` when there is no such thing in it.
 * @see RFC 9110 section 10.2.3
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value && /^\d+$/.test(value)) return Number(value);
  const date = value?.endsWith(" GMT") ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs) / 1000;
}
