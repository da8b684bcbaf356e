import { describe, expect, test } from "@jest/globals";
import { factsFromTemplate } from "../../../bin/doctor/sign-in.ts";

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
});
