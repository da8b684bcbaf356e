import { describe, expect, test } from "@jest/globals";
import { toSignInSettings } from "../../../../lib/config/sign-in/authorizer-settings.ts";
import type { OidcSignIn, UserinfoSignIn } from "../../../../lib/config/sign-in/types.ts";

const OIDC: OidcSignIn = { type: "oidc", issuers: [{ issuer: "https://login.example.com/", audience: ["app"] }] };
const SESSION: UserinfoSignIn = {
  type: "userinfo",
  url: "https://app.example.com/me",
  forward: ["cookie:session"],
  subject: "user.id",
};
const allowedOrigins = ["https://app.example.com"];

describe("the authorizer function gets", () => {
  test.each([
    [{}, ["sub", "name"]],
    [{ identityClaim: "uid", nameClaim: "nickname" }, ["uid", "nickname"]],
    [{ identityClaim: "name" }, ["name"]],
    [{ identityClaim: "email" }, ["email", "name", "email_verified"]],
    [{ identityField: "userEmail" } as const, ["sub", "name", "email", "email_verified"]],
  ])("the claims that the token function reads (%j)", (settings, handOn) => {
    expect(toSignInSettings({ signIn: OIDC, ...settings })).toEqual({
      ...OIDC,
      token: { header: "authorization" },
      handOn,
    });
  });

  test("the cookie that has the token", () => {
    expect(toSignInSettings({ signIn: { ...OIDC, token: { cookie: "session" } } })).toMatchObject({
      token: { cookie: "session" },
    });
  });

  test("the allowed origins only if it has to check them", () => {
    expect(toSignInSettings({ signIn: SESSION, allowedOrigins })).toEqual({
      ...SESSION,
      allowedOrigins,
      requiredClaims: {},
    });
    const signIn = { ...SESSION, forward: ["authorization"], allowTokensOfOtherClients: true };
    expect(toSignInSettings({ signIn, allowedOrigins })).toEqual({
      ...SESSION,
      forward: ["authorization"],
      requiredClaims: {},
    });
  });

  test("the claims that grants name, each once", () => {
    const rule = { claim: "realm_access.roles", value: "staff", accountUids: ["account-0123456789-abcdef"] };
    const tenantAdmin = { tenantClaim: "org_id", when: { claim: "org_role", values: ["admin"] } };
    const grants = { accountUids: [rule, rule], tenantAdmin, allowTenantAdmins: true };
    expect(toSignInSettings({ signIn: OIDC, grants })?.grantClaims).toEqual([
      "realm_access.roles",
      "org_id",
      "org_role",
    ]);
  });

  test("a verified address as a required claim if the address identifies the caller", () => {
    const signIn = { ...SESSION, emailVerified: "user.emailVerified", requiredClaims: { "user.active": ["true"] } };
    function requiredClaims(subject: string) {
      return toSignInSettings({ signIn: { ...signIn, subject } });
    }
    expect(requiredClaims("user.email")).toMatchObject({
      requiredClaims: { "user.active": ["true"], "user.emailVerified": ["true"] },
    });
    expect(requiredClaims("user.id")).toHaveProperty("requiredClaims", { "user.active": ["true"] });
  });
});

test("the other types need no authorizer function of ours", () => {
  expect(
    toSignInSettings({ signIn: { type: "jwt", issuer: "https://login.example.com/", audience: ["app"] } }),
  ).toBeUndefined();
  const authorizerArn = "arn:aws:lambda:eu-west-1:123456789012:function:own";
  expect(toSignInSettings({ signIn: { type: "lambda", authorizerArn } })).toBeUndefined();
});
