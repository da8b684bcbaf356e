import { expect, test } from "@jest/globals";
import { TokenSourceError } from "../../../web/token-source/error.ts";
import { parseRetryAfter, toRetryDelayMs } from "../../../web/token-source/retry-delay.ts";

const NOW = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
function unavailable(retryAfterSeconds?: number) {
  return new TokenSourceError({ code: "UNAVAILABLE", status: 503, retryAfterSeconds });
}

test.each([
  [undefined, 0, 250, 750],
  [undefined, 1, 500, 1000],
  [0, 0, 250, 750],
  [0.3, 1, 500, 1000],
  [3, 0, 3000, 3500],
  [10, 1, 10_000, 10_500],
])("asked to wait %p seconds, waits after %d retries from %d to %d ms", (seconds, retries, least, most) => {
  const delays = [0, 1].map((random) => toRetryDelayMs(unavailable(seconds), retries, random));

  expect(delays).toEqual([least, most]);
});

test("more than 10 seconds are too many", () => {
  expect(toRetryDelayMs(unavailable(10.5), 0, 0)).toBeUndefined();
});

test("reads seconds", () => {
  expect(["0", "5", "120"].map((value) => parseRetryAfter(value, NOW))).toEqual([0, 5, 120]);
});

test("reads a date, in seconds from now", () => {
  expect(parseRetryAfter("Wed, 21 Oct 2026 07:29:00 GMT", NOW)).toBe(60);
  expect(parseRetryAfter("Wed, 21 Oct 2026 07:27:00 GMT", NOW)).toBe(0);
});

test.each([null, "", "soon", "-5", "1.5", "5s", "2026-10-21", "Wed, 99 Oct 2026 07:28:00 GMT"])(
  "ignores %j",
  (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined();
  },
);
