import { describe, expect, test } from "@jest/globals";
import { parseSignIn } from "../../../lambda/authorizer/settings.ts";

const OIDC = {
  type: "oidc",
  issuers: [{ issuer: "https://login.example.com/", audience: ["app"] }],
  token: { header: "authorization" },
  handOn: ["sub"],
};
const USERINFO = { type: "userinfo", url: "https://app.example.com/me", forward: ["authorization"], subject: "sub" };
const COOKIES = { forward: ["cookie:session"], allowedOrigins: ["https://app.example.com"] };

function parse(settings: object) {
  return parseSignIn(JSON.stringify(settings));
}

test.each<[object]>([
  [OIDC],
  [{ ...OIDC, issuers: [...OIDC.issuers, { issuer: "https://b.example", audience: ["app"], alias: "b" }] }],
  [USERINFO],
  [{ ...USERINFO, ...COOKIES, requiredClaims: { org: ["o1"] } }],
])("accepts %j", (settings) => {
  expect(parse(settings)).toEqual(settings);
});

describe("fails with CONFIG_INVALID", () => {
  const [issuer] = OIDC.issuers;
  test.each<[string, object, string]>([
    ["another type", { type: "jwt" }, "type must be"],
    ["a list", [], "type must be"],
    ["no issuers", { ...OIDC, issuers: [] }, "issuers must be a list of at least one"],
    [
      "an issuer without TLS",
      { ...OIDC, issuers: [{ ...issuer, issuer: "http://login.example.com" }] },
      "issuers[0].issuer",
    ],
    ["no audience", { ...OIDC, issuers: [{ ...issuer, audience: [] }] }, "issuers[0].audience"],
    [
      "algorithms that are not a list",
      { ...OIDC, issuers: [{ ...issuer, algorithms: "ES256" }] },
      "issuers[0].algorithms",
    ],
    ["a jwksUri without TLS", { ...OIDC, issuers: [{ ...issuer, jwksUri: "http://k.example" }] }, "issuers[0].jwksUri"],
    ["scopes that are not a list", { ...OIDC, issuers: [{ ...issuer, scopes: "a" }] }, "issuers[0].scopes"],
    [
      "required claims that are not lists",
      { ...OIDC, issuers: [{ ...issuer, requiredClaims: { org_id: "org_12" } }] },
      "issuers[0].requiredClaims",
    ],
    ["a malformed alias", { ...OIDC, issuers: [{ ...issuer, alias: "A" }] }, "issuers[0].alias"],
    ["an issuer twice", { ...OIDC, issuers: [issuer, { ...issuer, alias: "b" }] }, "an issuer is listed twice"],
    [
      "two issuers without alias",
      { ...OIDC, issuers: [issuer, { ...issuer, issuer: "https://b.example" }] },
      "different aliases",
    ],
    ["no place of the token", { ...OIDC, token: {} }, "token must name"],
    ["no token", { ...OIDC, token: undefined }, "token must name"],
    ["two places of the token", { ...OIDC, token: { header: "authorization", cookie: "c" } }, "token must name"],
    ["a cookie without allowedOrigins", { ...OIDC, token: { cookie: "c" } }, "a cookie needs allowedOrigins"],
    ["no handOn", { ...OIDC, handOn: undefined }, "handOn must be"],
    ["grantClaims that are not a list", { ...OIDC, grantClaims: "groups" }, "grantClaims must be"],
    ["allowedOrigins that are not a list", { ...USERINFO, allowedOrigins: "*" }, "allowedOrigins must be"],
    ["a URL without TLS", { ...USERINFO, url: "http://app.example.com" }, "url must be"],
    ["nothing to forward", { ...USERINFO, forward: [] }, "forward must be"],
    ["a header and cookies", { ...USERINFO, ...COOKIES, forward: ["authorization", "cookie:a"] }, "forward must be"],
    ["another header", { ...USERINFO, forward: ["x-user"] }, "forward must be"],
    ["something like a cookie", { ...USERINFO, ...COOKIES, forward: ["x-cookie:a"] }, "forward must be"],
    ["cookies without allowedOrigins", { ...USERINFO, forward: ["cookie:a"] }, "cookies need allowedOrigins"],
    ["required claims without names", { ...USERINFO, requiredClaims: [["org_12"]] }, "requiredClaims must be"],
    ["required claims that are null", { ...USERINFO, requiredClaims: null }, "SIGN_IN: requiredClaims must be"],
    ["required claims that are a number", { ...USERINFO, requiredClaims: 7 }, "requiredClaims must be"],
    ["required values that are not text", { ...USERINFO, requiredClaims: { org: [7] } }, "requiredClaims must be"],
    ["no subject", { ...USERINFO, subject: "" }, "subject must be"],
  ])("for %s", (_, settings, problem) => {
    expect(() => parse(settings)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(problem) }),
    );
  });

  test.each([undefined, "", "{", "null", "7"])("for SIGN_IN %j", (text) => {
    const message = expect.stringContaining("SIGN_IN");
    expect(() => parseSignIn(text)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID", message }));
  });

  test("with every problem", () => {
    expect(() => parse({ ...USERINFO, url: "x", subject: "" })).toThrow(/url must be.*; subject must be/);
  });
});
