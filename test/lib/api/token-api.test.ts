import { describe, expect, test } from "@jest/globals";
import type { Stack } from "aws-cdk-lib";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { ROUTES } from "../../../lambda/contract.ts";
import { TokenApi, type TokenApiProps } from "../../../lib/api/token-api.ts";
import { resourceOf, resourcesOf, testStack } from "../../support/stack/synth.ts";

function apiWith(changes: Partial<TokenApiProps> = {}) {
  const stack = testStack();
  const handler = new LambdaFunction(stack, "Handler", {
    runtime: Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: Code.fromInline("exports.handler = async () => ({})"),
    logGroup: LogGroup.fromLogGroupName(stack, "FunctionLog", "function"),
  });
  const api = new TokenApi(stack, "TokenApi", {
    handler,
    authorizer: new HttpJwtAuthorizer("Jwt", "https://login.example.com/", { jwtAudience: ["one", "two"] }),
    ...changes,
  });
  return { stack, api, handler };
}

function routesOf(stack: Stack) {
  return resourcesOf(stack, "AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties);
}

describe("the routes", () => {
  test("are those of the contract, and no $default", () => {
    const keys = routesOf(apiWith().stack).map(({ RouteKey }) => RouteKey);
    expect(keys.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
  });

  test("all have the authorizer", () => {
    const { stack } = apiWith();
    const routes = routesOf(stack);
    const authorized = routes.filter(
      ({ AuthorizationType, AuthorizerId }) => AuthorizationType === "JWT" && AuthorizerId,
    );
    expect(authorized).toHaveLength(routes.length);
  });

  test("have the authorizer if they are added later", () => {
    const { stack, api, handler } = apiWith({ scopes: ["mindset:token"] });
    api.httpApi.addRoutes({ path: "/later", integration: new HttpLambdaIntegration("Later", handler) });
    const later = routesOf(stack).find(({ RouteKey }) => RouteKey === "ANY /later");
    expect(later).toMatchObject({ AuthorizationType: "JWT", AuthorizationScopes: ["mindset:token"] });
    expect(later.AuthorizerId).toBeDefined();
  });

  test("require the configured scopes", () => {
    function scopesOf(stack: Stack) {
      return routesOf(stack).map(({ AuthorizationScopes }) => AuthorizationScopes);
    }
    expect(scopesOf(apiWith({ scopes: ["a", "b"] }).stack)).toEqual(ROUTES.map(() => ["a", "b"]));
    expect(scopesOf(apiWith().stack)).toEqual(ROUTES.map(() => undefined));
  });

  test("invoke the function with payload format 2.0", () => {
    expect(resourceOf(apiWith().stack, "AWS::ApiGatewayV2::Integration").Properties).toMatchObject({
      IntegrationType: "AWS_PROXY",
      PayloadFormatVersion: "2.0",
    });
  });

  test("are the only way to invoke the function", () => {
    const permissions = resourcesOf(apiWith().stack, "AWS::Lambda::Permission").map(({ Properties }) => Properties);
    expect(permissions).toHaveLength(ROUTES.length);
    for (const { Principal, SourceArn } of permissions) {
      expect(Principal).toBe("apigateway.amazonaws.com");
      expect(JSON.stringify(SourceArn)).toContain("/*/*/api/getusertoken");
    }
  });
});

describe("the authorizer", () => {
  test("accepts JWTs of the issuer, to the letter, for one of the audiences", () => {
    expect(resourceOf(apiWith().stack, "AWS::ApiGatewayV2::Authorizer").Properties).toMatchObject({
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: "https://login.example.com/", Audience: ["one", "two"] },
    });
  });
});

describe("CORS", () => {
  function corsOf(allowedOrigins?: string[]) {
    return resourceOf(apiWith({ allowedOrigins }).stack, "AWS::ApiGatewayV2::Api").Properties.CorsConfiguration;
  }

  test("is absent without origins", () => {
    expect(corsOf()).toBeUndefined();
    expect(corsOf([])).toBeUndefined();
  });

  test("allows the origins, methods and headers in use, and no credentials", () => {
    expect(corsOf(["https://app.example.com"])).toEqual({
      AllowOrigins: ["https://app.example.com"],
      AllowMethods: ["GET", "POST"],
      AllowHeaders: ["authorization", "content-type"],
      ExposeHeaders: ["x-request-id", "retry-after"],
      MaxAge: 3600,
    });
  });
});

describe("the stage", () => {
  function stageOf(changes: Partial<TokenApiProps> = {}) {
    return resourceOf(apiWith(changes).stack, "AWS::ApiGatewayV2::Stage").Properties;
  }

  test("is the default stage and is deployed with every change", () => {
    expect(stageOf()).toMatchObject({ StageName: "$default", AutoDeploy: true });
  });

  test("allows 50 requests a second and a burst of 100", () => {
    expect(stageOf().DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
  });

  test("allows fewer if so configured", () => {
    expect(stageOf({ throttle: { rateLimit: 5 } }).DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 5,
      ThrottlingBurstLimit: 100,
    });
  });
});

describe("the access log", () => {
  test("contains what happened, but nothing about the user", () => {
    const { AccessLogSettings } = resourceOf(apiWith().stack, "AWS::ApiGatewayV2::Stage").Properties;
    expect(JSON.parse(AccessLogSettings.Format)).toEqual({
      requestId: "$context.requestId",
      requestTime: "$context.requestTime",
      routeKey: "$context.routeKey",
      status: "$context.status",
      responseLatency: "$context.responseLatency",
      integrationLatency: "$context.integrationLatency",
      integrationError: "$context.integrationErrorMessage",
      authorizerError: "$context.authorizer.error",
      error: "$context.error.message",
    });
  });

  test("has a name of API Gateway's own kind, which differs from API to API", () => {
    const { LogGroupName } = resourceOf(apiWith().stack, "AWS::Logs::LogGroup").Properties;
    expect(JSON.stringify(LogGroupName)).toMatch(/\/aws\/vendedlogs\/.*Ref/);
  });

  test("is kept for 30 days or as configured", () => {
    function retentionOf(logRetention?: RetentionDays) {
      return resourceOf(apiWith({ logRetention }).stack, "AWS::Logs::LogGroup").Properties.RetentionInDays;
    }
    expect(retentionOf()).toBe(30);
    expect(retentionOf(RetentionDays.ONE_WEEK)).toBe(7);
  });
});
