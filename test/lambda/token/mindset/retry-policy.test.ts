import { describe, expect, test } from "@jest/globals";
import {
  ConnectionDiedError,
  type TokenError,
  UpstreamAuthFailedError,
  UpstreamBadResponseError,
  UpstreamForbiddenError,
  UpstreamRateLimitedError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
  UpstreamUnreachableError,
} from "../../../../lambda/token/errors.ts";
import { RetryBudget } from "../../../../lambda/token/mindset/retry-budget.ts";
import { isFreeToRetry, pauseBeforeRetry } from "../../../../lambda/token/mindset/retry-policy.ts";

function unreachable(code?: string) {
  return new UpstreamUnreachableError("", { cause: Object.assign(new Error(), { code }) });
}
function unavailable(upstreamStatus: number, upstreamRetryAfterSeconds?: number) {
  return new UpstreamUnavailableError("", {
    upstreamStatus,
    ...(upstreamRetryAfterSeconds && { upstreamRetryAfterSeconds }),
  });
}

describe("the pause before a second attempt", () => {
  test.each<[string, TokenError]>([
    ...[
      "ECONNREFUSED",
      "ECONNRESET",
      "EPIPE",
      "ENOTFOUND",
      "EAI_AGAIN",
      "ETIMEDOUT",
      "EHOSTUNREACH",
      "ENETUNREACH",
    ].map((code): [string, TokenError] => [code, unreachable(code)]),
    ...[500, 502, 503, 504].map((status): [string, TokenError] => [`${status}`, unavailable(status)]),
  ])("is 100 to 300 ms after %s", (_, error) => {
    const pauses = Array.from({ length: 500 }, () => pauseBeforeRetry(error) ?? Number.NaN);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(300);
    expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(150);
  });

  test("is the second that Mindset asked to wait, not less and not more", () => {
    expect(pauseBeforeRetry(unavailable(503, 1))).toBe(1_000);
    expect(pauseBeforeRetry(unavailable(503, 2))).toBeUndefined();
  });

  test("is none with another key", () => {
    expect(pauseBeforeRetry(new UpstreamAuthFailedError(""))).toBe(0);
    expect(pauseBeforeRetry(new UpstreamForbiddenError(""))).toBe(0);
  });

  test.each<[string, unknown]>([
    ["a certificate that nobody should accept", unreachable("DEPTH_ZERO_SELF_SIGNED_CERT")],
    ["a connection that closed without a reason", new UpstreamUnreachableError("")],
    ["a reason without a code", unreachable()],
    ["501", unavailable(501)],
    ["a 5xx of which the status is not known", new UpstreamUnavailableError("")],
    ["429", new UpstreamRateLimitedError("", { upstreamStatus: 503 })],
    ["a timeout", new UpstreamTimeoutError("")],
    ["a bad answer", new UpstreamBadResponseError("", { upstreamStatus: 503 })],
    ["what is no error of ours", new TypeError("bug")],
    ["nothing", undefined],
  ])("does not come after %s: there is no second attempt", (_, error) => {
    expect(pauseBeforeRetry(error)).toBeUndefined();
  });
});

describe("a second attempt", () => {
  test("costs nothing with another key, nor when a connection died while Mindset was well", () => {
    const budget = new RetryBudget();
    expect(isFreeToRetry(new UpstreamForbiddenError(""), budget)).toBe(true);
    expect(isFreeToRetry(new ConnectionDiedError(""), budget)).toBe(true);
    budget.fail();
    expect(isFreeToRetry(new UpstreamForbiddenError(""), budget)).toBe(true);
    expect(isFreeToRetry(new ConnectionDiedError(""), budget)).toBe(false);
  });

  test("is at the expense of the budget after any failure of Mindset", () => {
    for (const error of [unreachable("ECONNREFUSED"), unavailable(503)]) {
      expect(isFreeToRetry(error, new RetryBudget())).toBe(false);
    }
  });
});
