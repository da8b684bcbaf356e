/** What a deployment has created, read back from the services and compared with the documentation. */
import { beforeAll, describe, expect, test } from "@jest/globals";
import { API_KEY_PLACEHOLDER, ROUTES } from "../../lambda/contract.ts";
import { aws } from "./aws-cli.ts";
import { type Created, readApi, readBack, readRole, readSecret } from "./read-back.ts";
import { type Outputs, PAGE, type Stack } from "./stack.ts";

/** A stack that is deployed, and its outputs. */
interface Deployment {
  stack: Stack;
  outputs: Outputs;
}

/** Tests of one deployment, to be called where it is deployed. */
export function describeWhatWasCreated(deployment: () => Deployment) {
  return describe("what was created", () => {
    let stack: Stack;
    let outputs: Outputs;
    let created: Created;
    beforeAll(async () => {
      ({ stack, outputs } = deployment());
      created = await readBack(stack.emulator);
    });

    test("an HTTP API with the three routes, each with the JWT authorizer, all leading to the function", async () => {
      const [{ ApiId, CorsConfiguration }] = created.apis;
      const { routes, authorizers, integrations, stages } = await readApi(stack.emulator, ApiId);
      const JwtConfiguration = { Issuer: stack.issuer.issuer, Audience: ["test-audience"] };
      const DefaultRouteSettings = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 100 };

      expect(authorizers).toMatchObject([{ AuthorizerType: "JWT", JwtConfiguration }]);
      expect(integrations).toMatchObject([
        { IntegrationUri: created.functions[0].FunctionArn, PayloadFormatVersion: "2.0" },
      ]);
      for (const route of routes) {
        expect(route).toMatchObject({
          AuthorizationType: "JWT",
          AuthorizerId: authorizers[0].AuthorizerId,
          Target: `integrations/${integrations[0].IntegrationId}`,
        });
      }
      const keys = routes.map(({ RouteKey }: { RouteKey: string }) => RouteKey);
      expect(keys.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
      expect(stages).toMatchObject([{ StageName: "$default", AutoDeploy: true, DefaultRouteSettings }]);
      expect(stages[0].AccessLogSettings.DestinationArn).toContain("/aws/vendedlogs/");
      expect(CorsConfiguration).toMatchObject({ AllowOrigins: [PAGE], AllowMethods: ["GET", "POST"] });
    });

    test("the function, as configured", () => {
      const { Environment, LoggingConfig, ...configuration } = created.functions[0];

      expect(configuration).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
      });
      expect(configuration).toMatchObject({ FunctionName: outputs.FunctionName, MemorySize: 512, Timeout: 15 });
      expect(LoggingConfig).toEqual({ LogFormat: "JSON", LogGroup: expect.stringContaining("TokenFunctionLogGroup") });
      expect(Environment.Variables).toMatchObject({
        MINDSET_APP_UID: "test-app",
        MINDSET_API_KEY_SECRET_ARN: outputs.ApiKeySecretArn,
        NAME_CLAIM: "name",
      });
    });

    test("its role, which may read the one secret and write the one log, nothing else", async () => {
      const { attached, statements } = await readRole(stack.emulator, created.functions[0].Role.split("/").at(-1));

      expect(attached).toEqual([]);
      expect(statements).toHaveLength(2);
      expect(statements).toContainEqual({
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: outputs.ApiKeySecretArn,
      });
      expect(statements).toContainEqual({
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: expect.stringContaining("TokenFunctionLogGroup"),
      });
    });

    test("the right of this one API to call it", async () => {
      const { Policy } = await aws(stack.emulator, "lambda", "get-policy", "--function-name", outputs.FunctionName);
      const statements = JSON.parse(Policy).Statement;

      expect(statements).toHaveLength(ROUTES.length);
      for (const { Principal, Condition } of statements) {
        expect(Principal).toEqual({ Service: "apigateway.amazonaws.com" });
        expect(JSON.stringify(Condition)).toContain(`:${created.apis[0].ApiId}/*/*/api/getusertoken`);
      }
    });

    test("a secret with the placeholder, two logs kept for 30 days, and alarms", async () => {
      const retention = created.logGroups.map(({ retentionInDays }: { retentionInDays: number }) => retentionInDays);

      expect(await readSecret(stack.emulator, outputs.ApiKeySecretArn)).toBe(API_KEY_PLACEHOLDER);
      expect(retention).toEqual([30, 30]);
      expect(created.alarms.length).toBeGreaterThan(0);
    });
  });
}
