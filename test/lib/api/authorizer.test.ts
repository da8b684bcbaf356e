import { describe, expect, test } from "@jest/globals";
import type { Stack } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { ROUTES } from "../../../lambda/contract.ts";
import type { DeploymentConfig } from "../../../lib/config/deployment-config.ts";
import { exampleStack, ISSUER, OWN_ARN, PAGES, resourceOf, resourcesOf, SIGN_INS } from "../../support/stack/synth.ts";

const WITH_COOKIES = ["oidc with a cookie", "userinfo with cookies", "lambda with cookies"];

function stackWith(name: string, changes: Partial<DeploymentConfig> = {}): Stack {
  return exampleStack({ signIn: SIGN_INS[name], allowedOrigins: PAGES, ...changes });
}

/** Our authorizer function is the one with the variable SIGN_IN, the token function the other. */
function functionsOf(stack: Stack) {
  const functions = resourcesOf(stack, "AWS::Lambda::Function").map(({ Properties }) => Properties);
  return {
    authorizer: functions.find(({ Environment }) => "SIGN_IN" in Environment.Variables),
    token: functions.find(({ Environment }) => "MINDSET_APP_UID" in Environment.Variables),
  };
}

function signInOf(stack: Stack) {
  return JSON.parse(functionsOf(stack).authorizer.Environment.Variables.SIGN_IN);
}

describe.each(Object.keys(SIGN_INS))("signing in by %s", (name) => {
  test("puts the authorizer in front of every route", () => {
    const stack = stackWith(name);
    const [authorizerId] = Object.keys(Template.fromStack(stack).findResources("AWS::ApiGatewayV2::Authorizer"));
    const AuthorizationType = name === "jwt" ? "JWT" : "CUSTOM";
    const routes = resourcesOf(stack, "AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(
      ROUTES.map(({ method, path }) => `${method} ${path}`).sort(),
    );
    for (const route of routes) expect(route).toMatchObject({ AuthorizationType, AuthorizerId: { Ref: authorizerId } });
    expect(resourcesOf(stack, "AWS::Lambda::Url")).toEqual([]);
  });

  test("tells the token function who verified the caller", () => {
    const { IDENTITY_SOURCE, COOKIE_ORIGINS } = functionsOf(stackWith(name)).token.Environment.Variables;
    expect(IDENTITY_SOURCE).toBe(name === "jwt" ? "jwt" : "lambda");
    // Our authorizer checks the origin itself; yours may not.
    expect(COOKIE_ORIGINS).toBe(name === "lambda with cookies" ? PAGES[0] : undefined);
  });

  test("lets pages send credentials only if it uses cookies", () => {
    const { CorsConfiguration } = resourceOf(stackWith(name), "AWS::ApiGatewayV2::Api").Properties;
    expect(CorsConfiguration.AllowCredentials).toBe(WITH_COOKIES.includes(name) ? true : undefined);
    expect(CorsConfiguration.AllowOrigins).toEqual(PAGES);
  });

  test("warns about cookies that browsers may not send only if it uses cookies", () => {
    const warnings = Annotations.fromStack(stackWith(name)).findWarning("*", Match.stringLikeRegexp("uses cookies"));
    expect(warnings).toHaveLength(WITH_COOKIES.includes(name) ? 1 : 0);
  });
});

describe("a Lambda authorizer", () => {
  test.each(Object.keys(SIGN_INS).slice(1))("of %s answers with simple responses that are never cached", (name) => {
    expect(resourceOf(stackWith(name), "AWS::ApiGatewayV2::Authorizer").Properties).toMatchObject({
      AuthorizerType: "REQUEST",
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 0,
    });
  });

  test.each([
    ["oidc", ["$request.header.Authorization"]],
    ["oidc with a cookie", ["$request.header.Cookie"]],
    ["userinfo", ["$request.header.Authorization"]],
    ["userinfo with cookies", ["$request.header.Cookie"]],
    ["lambda", []],
    ["lambda with cookies", []],
  ])("of %s is not invoked without %j", (name, identitySource) => {
    const { IdentitySource } = resourceOf(stackWith(name), "AWS::ApiGatewayV2::Authorizer").Properties;
    expect(IdentitySource ?? []).toEqual(identitySource);
  });
});

describe("our authorizer function", () => {
  test("can write its log and nothing else", () => {
    const roles = resourcesOf(stackWith("oidc"), "AWS::IAM::Role").map(({ Properties }) => Properties);
    const role = roles.find(({ Description }) => Description.includes("authorizer"));
    expect(role.ManagedPolicyArns).toBeUndefined();
    expect(
      role.Policies.map(({ PolicyDocument }: { PolicyDocument: { Statement: unknown } }) => PolicyDocument.Statement),
    ).toEqual([[expect.objectContaining({ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"] })]]);
    expect(JSON.stringify(role.Policies)).not.toContain('"*"');
    Template.fromStack(stackWith("oidc")).resourceCountIs("AWS::IAM::Policy", 0);
  });

  test("runs on Node 24 and arm64, and logs JSON to its own group", () => {
    const { authorizer, token } = functionsOf(stackWith("oidc"));
    expect(authorizer).toMatchObject({ Runtime: "nodejs24.x", Handler: "index.handler", Architectures: ["arm64"] });
    expect(authorizer.Timeout).toBeLessThan(10); // API Gateway waits no longer
    expect(authorizer.LoggingConfig.LogFormat).toBe("JSON");
    expect(authorizer.LoggingConfig.LogGroup).not.toEqual(token.LoggingConfig.LogGroup);
    expect(Object.keys(authorizer.Environment.Variables)).toEqual(["SIGN_IN"]);
  });

  test("gets the sign-in and the claims that the token function reads", () => {
    expect(signInOf(stackWith("oidc", { identityClaim: "uid", nameClaim: "nickname" }))).toEqual({
      type: "oidc",
      issuers: [ISSUER],
      token: { header: "authorization" },
      handOn: ["uid", "nickname"],
    });
  });

  test("gets the claims that grants names, nested ones too", () => {
    const rule = { claim: "realm_access.roles", value: "staff", accountUids: ["account-0123456789-abcdef"] };
    const tenantAdmin = { tenantClaim: "org_id", when: { claim: "org_role", values: ["admin"] } };
    const stack = stackWith("oidc", { grants: { accountUids: [rule], tenantAdmin, allowTenantAdmins: true } });
    expect(signInOf(stack).grantClaims).toEqual(["realm_access.roles", "org_id", "org_role"]);
    const { Value } = Template.fromStack(stack).toJSON().Outputs.Grants;
    expect(Value).toMatch(/^1\. Callers whose realm_access\.roles .*; 2\. Callers whose org_role .* administrators/);
  });

  test("does not exist for the other types", () => {
    expect(functionsOf(stackWith("jwt")).authorizer).toBeUndefined();
    expect(functionsOf(stackWith("lambda")).authorizer).toBeUndefined();
  });
});

test("API Gateway may invoke your own authorizer", () => {
  const permissions = resourcesOf(stackWith("lambda"), "AWS::Lambda::Permission").map(({ Properties }) => Properties);
  expect(permissions).toContainEqual(
    expect.objectContaining({
      Action: "lambda:InvokeFunction",
      FunctionName: OWN_ARN,
      Principal: "apigateway.amazonaws.com",
    }),
  );
});

test("the warning that ID tokens may pass for access tokens appears once at synth", () => {
  const noScopes = Match.stringLikeRegexp("signIn has no scopes");
  expect(Annotations.fromStack(exampleStack({ signIn: SIGN_INS.oidc })).findWarning("*", noScopes)).toHaveLength(1);
});

test("the endpoint exposes its two functions and its URL", () => {
  const stack = exampleStack({ signIn: SIGN_INS.oidc });
  const { endpoint } = stack;
  expect(stack.resolve(endpoint.handler.functionName)).toEqual({ Ref: expect.stringMatching(/^TokenFunction/) });
  expect(stack.resolve(endpoint.authorizerHandler?.functionName)).toEqual({
    Ref: expect.stringMatching(/^Authorizer/),
  });
  expect(endpoint.url).toMatch(/\/api\/getusertoken$/);
});
