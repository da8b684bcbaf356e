import { expect, test } from "@jest/globals";
import { asksToSignIn, type Outcome, toAdvice, toHeadline } from "../../../../web/page/trial/report-text.ts";
import { TokenSourceError } from "../../../../web/token-source/index.ts";

const TOKEN = "local-token-whose-end-is-a-sentinel";

function report(outcome: Outcome, tries = 1) {
  const requests = Array.from({ length: tries }, () => ({ method: "POST", startedAtMs: 0 }));
  return { outcome, durationMs: 1234, observations: { requests, exchanges: [], users: [] } };
}
function failure(...[failure]: ConstructorParameters<typeof TokenSourceError>) {
  return { error: new TokenSourceError(failure) };
}

test("shows the start of a token, in either form", () => {
  expect(toHeadline(report({ value: TOKEN }))).toBe("Token received after 1.23 s: local-token-whos… (35 characters)");
  expect(toHeadline(report({ value: { token: TOKEN } }))).toBe(
    "Token received after 1.23 s: { token: local-token-whos… (35 characters) }",
  );
});

test("shows the code and status of an error, and the request id for the log", () => {
  const error = failure({ code: "UPSTREAM_ERROR", status: 502, requestId: "request-1" });

  expect(toHeadline(report(error))).toBe("No token after 1.23 s: UPSTREAM_ERROR (502, request request-1)");
  expect(toHeadline(report(failure({ code: "NETWORK" })))).toBe("No token after 1.23 s: NETWORK");
});

test("shows an error of another kind as it is, without advice", () => {
  const outcome = { error: new Error("The SDK did not ask") };

  expect(toHeadline(report(outcome))).toBe("No token after 1.23 s: Error: The SDK did not ask");
  expect(toAdvice(report(outcome), true)).toBeUndefined();
});

test("advises to sign in, and to sign in again only if the user was signed in", () => {
  const signIn = report(failure({ code: "SIGN_IN_REQUIRED", status: 401 }));

  expect(toAdvice(signIn, false)).toBe("Let the user sign in.");
  expect(toAdvice(signIn, true)).toBe("Let the user sign in again.");
  expect(asksToSignIn(signIn)).toBe(true);
  expect(asksToSignIn(report({ value: TOKEN }))).toBe(false);
});

test.each([
  [3, "The token source tried 3 times."],
  [1, "The token source tried once."],
])("says how often a retryable error was tried: %d", (tries, text) => {
  const outcome = failure({ code: "UPSTREAM_UNREACHABLE", status: 502, retryable: true });

  expect(toAdvice(report(outcome, tries), true)).toBe(
    `Say that the agent is not available right now, and offer to try again. ${text}`,
  );
});

test("says nothing of retries if the error is not retryable", () => {
  expect(toAdvice(report(failure({ code: "UPSTREAM_ERROR", status: 502 })), true)).toMatch(
    /an operator must fix this\.$/,
  );
});

test.each([
  [true, /offer to try again/],
  [false, /an operator must fix this/],
])("follows retryable: %s for a code that it does not know", (retryable, advice) => {
  const code = "FROM_THE_FUTURE" as "INTERNAL";

  expect(toAdvice(report(failure({ code, status: 500, retryable })), true)).toMatch(advice);
});
