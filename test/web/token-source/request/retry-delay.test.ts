import { expect, test } from "@jest/globals";
import { TokenSourceError } from "../../../../web/token-source/error.ts";
import { parseRetryAfter, toRetryDelayMs } from "../../../../web/token-source/request/retry-delay.ts";

const NOW = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
function unavailable(retryAfterSeconds?: number) {
  return new TokenSourceError({ code: "UNAVAILABLE", retryable: true, retryAfterSeconds });
}

test.each([
  [undefined, 0, 250, 750],
  [undefined, 1, 500, 1000],
  [0, 0, 250, 750],
  [0.3, 1, 500, 1000],
  [3, 0, 3000, 3500],
  [10, 1, 10_000, 10_500],
])("with retry-after %p and after %d retries, waits %d to %d ms", (seconds, retries, least, most) => {
  const delays = [0, 1].map((random) => toRetryDelayMs(unavailable(seconds), retries, random));

  expect(delays).toEqual([least, most]);
});

test.each([
  ["retry-after is more than 10 seconds", unavailable(10.5), 0],
  ["there were two retries", unavailable(), 2],
  ["the failure is not retryable", new TokenSourceError({ code: "INTERNAL", status: 503 }), 0],
])("does not retry when %s", (_when, failure, retries) => {
  expect(toRetryDelayMs(failure, retries, 0)).toBe(Number.POSITIVE_INFINITY);
});

test("parses seconds", () => {
  expect(["0", "5", "120"].map((value) => parseRetryAfter(value, NOW))).toEqual([0, 5, 120]);
});

test("parses a date as seconds from now", () => {
  expect(parseRetryAfter("Wed, 21 Oct 2026 07:29:00 GMT", NOW)).toBe(60);
  expect(parseRetryAfter("Wed, 21 Oct 2026 07:27:00 GMT", NOW)).toBe(0);
});

test.each([null, "", "soon", "-5", "1.5", "5s", "2026-10-21", "Wed, 99 Oct 2026 07:28:00 GMT"])(
  "ignores %j",
  (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined();
  },
);
