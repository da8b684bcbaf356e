import { describe, expect, test } from "@jest/globals";
import { PUBLIC_ERRORS } from "../../../lambda/contract.ts";
import * as errors from "../../../lambda/token/errors.ts";

const concrete = Object.entries(errors).filter(([name]) => name !== "TokenError") as [
  string,
  new (message: string, options?: object) => errors.TokenError,
][];

/** The errors of Mindset that only an operator can fix. */
const OPERATORS = [
  "UpstreamAuthFailedError",
  "UpstreamForbiddenError",
  "UpstreamNotFoundError",
  "UpstreamRedirectedError",
];

const SPECIAL_STATUS: Record<string, number> = { RequestTooLargeError: 413, OriginNotAllowedError: 403 };

describe.each(concrete)("%s", (name, Reason) => {
  const reason = new Reason("why", { cause: new Error("underneath"), upstreamStatus: 418 });

  test("has a code, a public code and its status", () => {
    expect(reason.code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(reason.status).toBe(SPECIAL_STATUS[name] ?? PUBLIC_ERRORS[reason.publicCode].status);
    expect(reason).toMatchObject({ message: "why", upstreamStatus: 418, attempts: 0 });
    expect(reason.cause).toEqual(new Error("underneath"));
  });

  test("asks to wait only if a retry may help", () => {
    expect(reason.retryAfterSeconds !== undefined).toBe(PUBLIC_ERRORS[reason.publicCode].retryable);
  });

  test("does not show the caller the service's settings", () => {
    const isOperators = reason.publicCode === "SERVICE_MISCONFIGURED";
    expect(reason.publicMessage).toMatch(isOperators ? /^The service is misconfigured/ : /^why$/);
  });

  test("asks for an operator only when nothing else helps", () => {
    expect(reason.operatorActionNeeded).toBe(reason.publicCode === "SERVICE_MISCONFIGURED" || OPERATORS.includes(name));
  });
});

test("each class has a code of its own, except the special cases of another class", () => {
  const special = ["RequestTooLargeError", "ConnectionDiedError"];
  const codes = concrete.filter(([name]) => !special.includes(name)).map(([, Reason]) => new Reason("").code);
  expect(new Set(codes).size).toBe(codes.length);
});

test("every public code has at least one class", () => {
  expect(new Set(concrete.map(([, Reason]) => new Reason("").publicCode))).toEqual(new Set(Object.keys(PUBLIC_ERRORS)));
});

test("the caller is asked to wait at least a second", () => {
  const unavailable = new errors.UpstreamUnavailableError("down", { upstreamRetryAfterSeconds: 0 });
  expect(unavailable.retryAfterSeconds).toBe(1);
});
