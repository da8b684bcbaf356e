import { describe, expect, test } from "@jest/globals";
import { factsFromConfig, factsFromTemplate } from "../../../bin/doctor/sign-in.ts";
import { parseDeploymentConfig } from "../../../lib/config/parse.ts";

function templateWith(authorizer: object, signIn?: unknown) {
  return {
    Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { CorsConfiguration: { AllowOrigins: ["https://a.example"] } } },
    Authorizer: { Type: "AWS::ApiGatewayV2::Authorizer", Properties: authorizer },
    Route: { Type: "AWS::ApiGatewayV2::Route", Properties: { AuthorizationScopes: ["s"] } },
    Token: {
      Type: "AWS::Lambda::Function",
      Properties: { Environment: { Variables: { MINDSET_APP_UID: "a", IDENTITY_CLAIM: "oid" } } },
    },
    ...(signIn !== undefined && {
      Authorize: { Type: "AWS::Lambda::Function", Properties: { Environment: { Variables: { SIGN_IN: signIn } } } },
    }),
  };
}

describe("the sign-in of cdk.json", () => {
  const settings = { apiHost: "a.api.mindset.ai", appUid: "my-app" };

  test("is that of API Gateway's JWT authorizer unless it has a type", () => {
    const signIn = { issuer: "https://login.example.com/", audience: "my-api" };
    const config = parseDeploymentConfig({ ...settings, signIn, acceptIdTokens: true, nameClaim: "nick" });
    expect(factsFromConfig(config)).toMatchObject({
      type: "jwt",
      issuers: [{ issuer: "https://login.example.com/", audience: ["my-api"] }],
      identity: { claim: "sub", nameClaim: "nick", acceptIdTokens: true },
    });
  });

  test("has no issuer with type userinfo", () => {
    const signIn = { type: "userinfo", url: "https://app.example.com/me", forward: ["cookie:s"], subject: "id" };
    const config = parseDeploymentConfig({ ...settings, signIn, allowedOrigins: ["https://app.example.com"] });
    expect(factsFromConfig(config)).toMatchObject({ type: "userinfo", issuers: [] });
  });
});

describe("the sign-in of a deployed template", () => {
  test("is that of API Gateway's JWT authorizer", () => {
    const JwtConfiguration = { Issuer: "https://i/", Audience: ["a"] };
    expect(factsFromTemplate(templateWith({ AuthorizerType: "JWT", JwtConfiguration }))).toMatchObject({
      type: "jwt",
      issuers: [{ issuer: "https://i/", audience: ["a"], scopes: ["s"] }],
      allowedOrigins: ["https://a.example"],
      identity: { claim: "oid" },
    });
  });

  test("is that of our authorizer function", () => {
    const signIn = {
      type: "oidc",
      issuers: [{ issuer: "https://i", audience: "a", alias: "p" }],
      token: { cookie: "session" },
    };
    expect(factsFromTemplate(templateWith({ AuthorizerType: "REQUEST" }, JSON.stringify(signIn)))).toMatchObject({
      type: "oidc",
      issuers: [{ issuer: "https://i", audience: ["a"], alias: "p" }],
      cookie: "session",
    });
  });

  test("is unknown where an authorizer of the company, or a value of CloudFormation, decides", () => {
    for (const signIn of [undefined, { "Fn::Join": ["", []] }]) {
      expect(factsFromTemplate(templateWith({ AuthorizerType: "REQUEST" }, signIn))).toMatchObject({
        type: "lambda",
        issuers: [],
      });
    }
  });

  test("is unknown where CloudFormation alone knows a part of it", () => {
    const unknown = { "Fn::If": ["Condition", "a", "b"] };
    const Issuer = "https://i/";
    const { Api, Route, Token, ...others } = templateWith({
      AuthorizerType: "JWT",
      JwtConfiguration: { Issuer, Audience: [unknown] },
    });
    Api.Properties.CorsConfiguration = unknown as never;
    Route.Properties.AuthorizationScopes = unknown as never;
    Token.Properties.Environment.Variables.IDENTITY_CLAIM = unknown as never;
    expect(factsFromTemplate({ Api, Route, Token, ...others })).toEqual({
      type: "jwt",
      issuers: [{ issuer: Issuer, audience: undefined, scopes: undefined }],
      allowedOrigins: [],
      identity: undefined,
    });
    const JwtConfiguration = { Issuer: unknown, Audience: ["a"] };
    expect(factsFromTemplate(templateWith({ AuthorizerType: "JWT", JwtConfiguration }))?.issuers).toEqual([]);
  });

  test("requires no scope if its route has none", () => {
    const JwtConfiguration = { Issuer: "https://i/", Audience: ["a"] };
    const { Route: _, ...others } = templateWith({ AuthorizerType: "JWT", JwtConfiguration });
    const Route = { Type: "AWS::ApiGatewayV2::Route" };
    expect(factsFromTemplate({ ...others, Route })?.issuers).toMatchObject([{ scopes: [] }]);
  });
});
