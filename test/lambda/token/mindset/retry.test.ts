import { beforeEach, describe, expect, test } from "@jest/globals";
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
import { bypassesRetryBudget, pauseBeforeRetry, RetryBudget } from "../../../../lambda/token/mindset/retry.ts";

function unreachable(code?: string) {
  return new UpstreamUnreachableError("", { cause: Object.assign(new Error(), { code }) });
}
function unavailable(upstreamStatus: number, upstreamRetryAfterSeconds?: number) {
  return new UpstreamUnavailableError("", { upstreamStatus, upstreamRetryAfterSeconds });
}

describe("the pause before a retry", () => {
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
      "EPROTO",
      "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
    ].map((code): [string, TokenError] => [code, unreachable(code)]),
    ...[500, 502, 503, 504].map((status): [string, TokenError] => [`${status}`, unavailable(status)]),
  ])("is 100 to 300 ms after %s", (_, error) => {
    const pauses = Array.from({ length: 500 }, () => pauseBeforeRetry(error) ?? Number.NaN);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(300);
    expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(150);
  });

  test("follows a retry-after of 1 s, and there is no retry after a longer one", () => {
    expect(pauseBeforeRetry(unavailable(503, 1))).toBe(1_000);
    expect(pauseBeforeRetry(unavailable(503, 2))).toBeUndefined();
  });

  test("is 0 after a rejected key", () => {
    expect(pauseBeforeRetry(new UpstreamAuthFailedError(""))).toBe(0);
    expect(pauseBeforeRetry(new UpstreamForbiddenError(""))).toBe(0);
  });

  test.each<[string, unknown]>([
    ["a certificate that is not trusted", unreachable("DEPTH_ZERO_SELF_SIGNED_CERT")],
    ["a certificate for another name", unreachable("ERR_TLS_CERT_ALTNAME_INVALID")],
    ["an error without a cause", new UpstreamUnreachableError("")],
    ["a cause without a code", unreachable()],
    ["501", unavailable(501)],
    ["a 5xx without its status", new UpstreamUnavailableError("")],
    ["429", new UpstreamRateLimitedError("", { upstreamStatus: 503 })],
    ["a timeout", new UpstreamTimeoutError("")],
    ["a bad response", new UpstreamBadResponseError("", { upstreamStatus: 503 })],
    ["an unknown error", new TypeError("bug")],
    ["nothing", undefined],
  ])("there is no retry after %s", (_, error) => {
    expect(pauseBeforeRetry(error)).toBeUndefined();
  });
});

describe("the retry budget", () => {
  test.each([
    ["a rejected key", new UpstreamForbiddenError(""), { healthy: true, failing: true }],
    ["a stale connection", new ConnectionDiedError(""), { healthy: true, failing: false }],
    ["a refused connection", unreachable("ECONNREFUSED"), { healthy: false, failing: false }],
    ["a 503", unavailable(503), { healthy: false, failing: false }],
  ])("is bypassed after %s: %j", (_, error, { healthy, failing }) => {
    expect(bypassesRetryBudget(error, false)).toBe(healthy);
    expect(bypassesRetryBudget(error, true)).toBe(failing);
  });

  let budget: RetryBudget;
  beforeEach(() => {
    budget = new RetryBudget();
  });
  function deposit(times: number) {
    for (let i = 0; i < times; i++) budget.deposit();
  }
  function withdrawAll(): number {
    let retries = 0;
    while (budget.withdraw()) retries += 1;
    return retries;
  }

  test("starts with ten retries", () => {
    expect(withdrawAll()).toBe(10);
    expect(budget.withdraw()).toBe(false);
  });

  test("grows by one retry per ten successes", () => {
    withdrawAll();
    deposit(9);
    expect(budget.withdraw()).toBe(false);
    budget.deposit();
    expect(withdrawAll()).toBe(1);
  });

  test("holds at most ten retries", () => {
    deposit(100_000);
    expect(withdrawAll()).toBe(10);
    deposit(100_000);
    expect(withdrawAll()).toBe(10);
  });

  test("covers every retry while one request in twenty fails", () => {
    for (let i = 0; i < 1_000; i++) {
      deposit(19);
      expect(budget.withdraw()).toBe(true);
    }
  });
});
