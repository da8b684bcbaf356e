import { expect, test } from "@jest/globals";
import { parseOptions } from "../../local/options.ts";

function parse(line: string) {
  return parseOptions(line === "" ? [] : line.split(" "));
}

test("the defaults are the JWT authorizer, the local identity provider and the local page", () => {
  expect(parse("")).toEqual({ options: { signIn: { type: "jwt" }, pages: [], allowAnyApiHost: false } });
});

test("a developer can use their own identity provider and page", () => {
  const line = "--issuer https://login.example.com/ --audience a --audience b --origin http://localhost:5173";

  expect(parse(line)).toEqual({
    options: {
      signIn: { type: "jwt", provider: { issuer: "https://login.example.com/", audience: ["a", "b"] } },
      pages: ["http://localhost:5173/"],
      allowAnyApiHost: false,
    },
  });
});

test.each(["oidc", "userinfo", "lambda", "jwt"])("--sign-in can be %s", (type) => {
  expect(parse(`--sign-in ${type}`)).toMatchObject({ options: { signIn: { type } } });
});

test.each(["RS256", "ES256", "EdDSA"])("access tokens for oidc can be signed with %s", (algorithm) => {
  expect(parse(`--sign-in oidc --algorithm ${algorithm}`)).toMatchObject({ options: { signIn: { algorithm } } });
});

test.each([
  ["--sign-in saml", '--sign-in is "saml"; it must be jwt, oidc, userinfo, lambda.'],
  ["--sign-in oidc --algorithm HS256", '--algorithm is "HS256"; it must be RS256, ES256, EdDSA.'],
  ["--algorithm ES256", "API Gateway verifies RSA signatures only. Use --sign-in oidc."],
  ["--sign-in userinfo --algorithm ES256", "--algorithm is for access tokens of the local identity provider only."],
  ["--audience a", "--audience needs --issuer."],
  ["--issuer https://login.example.com", "--issuer needs --audience."],
  [
    "--issuer http://login.example.com --audience a",
    /^--issuer is .*; it must be an https URL, or http:\/\/localhost\.$/,
  ],
  ["--issuer https://login.example.com --audience a --sign-in userinfo", "--issuer works with --sign-in jwt or oidc."],
  ["--origin http://localhost:5173/", /^--origin is .* such as http:\/\/localhost:5173, without a path\.$/],
  ["--origin *", /^--origin is /],
  ["--origin http://app.example.com", /^--origin is /],
  ["extra", /^Unexpected argument 'extra'.*See docs\/development\.md\.$/],
])("fails for %s, and says what to do", (line, problem) => {
  expect(parse(line)).toEqual({ problems: [typeof problem === "string" ? problem : expect.stringMatching(problem)] });
});

test("fails with every problem at once", () => {
  expect(parse("--sign-in saml --audience a --origin x")).toEqual({ problems: Array(3).fill(expect.any(String)) });
});
