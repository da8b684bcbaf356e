import { expect, test } from "@jest/globals";
import { asksToSignIn, toAdvice, toHeadline } from "../../../../web/page/trial/report-text.ts";
import { TokenSourceError } from "../../../../web/token-source/index.ts";

const TOKEN = "local-token-whose-end-is-a-sentinel";
function headline(outcome: { value: unknown } | { error: unknown }) {
  return toHeadline({ outcome, durationMs: 1234, observations: { requests: [], exchanges: [] } });
}

test("tells of a token by its beginning, in either form", () => {
  expect(headline({ value: TOKEN })).toBe("Token received after 1.23 s: local-token-whos… (35 characters)");
  expect(headline({ value: { token: TOKEN } })).toBe(
    "Token received after 1.23 s: { token: local-token-whos… (35 characters) }",
  );
});

test("tells of an error by its code, its status and the id to look for in the log", () => {
  const error = new TokenSourceError({ code: "UPSTREAM_ERROR", status: 502, requestId: "request-1" });

  expect(headline({ error })).toBe("No token after 1.23 s: UPSTREAM_ERROR (502, request request-1)");
  expect(headline({ error: new TokenSourceError({ code: "NETWORK" }) })).toBe("No token after 1.23 s: NETWORK");
});

test("tells of anything else as it is, and has no advice about it", () => {
  const error = new Error("the SDK has not asked for a token");

  expect(headline({ error })).toBe("No token after 1.23 s: Error: the SDK has not asked for a token");
  expect(toAdvice({ error })).toBeUndefined();
});

test("advises to sign in again when that helps, and only then", () => {
  const signIn = { error: new TokenSourceError({ code: "SIGN_IN_REQUIRED", status: 401 }) };
  const operator = { error: new TokenSourceError({ code: "UPSTREAM_ERROR", status: 502 }) };

  expect([toAdvice(signIn), asksToSignIn(signIn)]).toEqual(["Let the user sign in again.", true]);
  expect([toAdvice(operator), asksToSignIn(operator)]).toEqual([expect.stringContaining("whoever runs"), false]);
  expect([toAdvice({ value: TOKEN }), asksToSignIn({ value: TOKEN })]).toEqual([undefined, false]);
});
