import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { RemovalPolicy, type Stack } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpUrlIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { API_KEY_PLACEHOLDER } from "../../lambda/contract.ts";
import { TokenApi } from "../../lib/api/token-api.ts";
import { exampleStack, resourceOf, resourcesOf } from "../support/stack/synth.ts";

const EXISTING_SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset-key-a1B2c3";

const ISSUER = { issuer: "https://login.example.com/", audience: ["app"], scopes: ["mindset:token"] };

const EVERYTHING = {
  allowedOrigins: ["https://app.example.com"],
  throttle: { rateLimit: 5, burstLimit: 6 },
  logRetentionDays: 7,
  alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:on-call",
};

/** The statements of all policy documents in a template. */
function statementsOf(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "Statement" in value && Array.isArray(value.Statement) ? value.Statement : [];
  return [...own, ...Object.values(value).flatMap(statementsOf)];
}

/** A template's text with its references by name, e.g. `Api.ApiEndpoint/path`. */
function textOf(value: string | { Ref: string } | Record<string, unknown[]>): string {
  if (typeof value === "string") return value;
  if ("Ref" in value) return String(value.Ref);
  const [parts = []] = Object.values(value);
  return "Fn::GetAtt" in value ? parts.join(".") : (parts[1] as string[]).map(textOf).join("");
}

const FAKE_AWS = `aws() { printf '<'; cat; printf '> %s %s %s' "$1" "$2" "$4"; }`;

/** A script with a fake `aws`, which prints its standard input and some arguments. */
function putApiKeyScript(): string {
  return `${FAKE_AWS}\n${textOf(Template.fromStack(exampleStack()).toJSON().Outputs.PutApiKeyCommand.Value)}`;
}

function putApiKey(shell: string, { input }: { input: string }) {
  return spawnSync(shell, ["-c", putApiKeyScript()], { input, encoding: "utf8" });
}

/** @returns what a terminal displays when somebody types the key after the question. */
async function typeKey(shell: string, key: string): Promise<string> {
  const terminal = spawn("script", ["-qec", `${shell} -c "$SCRIPT"`, "/dev/null"], {
    env: { ...process.env, SHELL: "/bin/sh", SCRIPT: putApiKeyScript() },
  });
  let displayed = "";
  let isTyped = false;
  for await (const chunk of terminal.stdout) {
    displayed += chunk;
    if (!isTyped && displayed.includes("press Enter")) {
      isTyped = true;
      await setTimeout(100); // `read` turns the echo off
      terminal.stdin.write(`${key}\n`);
    }
  }
  return displayed;
}

function findingsOf(stack: Stack) {
  return new AwsSolutionsChecks(stack).validateScope(stack).violations.map(({ ruleName }) => ruleName);
}

describe("the stack", () => {
  let stack: Stack;
  beforeAll(() => {
    stack = exampleStack();
  });

  test("requires a JWT on every route", () => {
    const open = resourcesOf(stack, "AWS::ApiGatewayV2::Route").filter(
      ({ Properties }) => Properties.AuthorizationType !== "JWT",
    );
    expect(open).toEqual([]);
    expect(resourcesOf(stack, "AWS::Lambda::Url")).toEqual([]);
  });

  test("contains no secret value except the placeholder", () => {
    const { SecretString, GenerateSecretString } = resourceOf(stack, "AWS::SecretsManager::Secret").Properties;
    expect(SecretString).toBe(API_KEY_PLACEHOLDER);
    expect(GenerateSecretString).toBeUndefined();
    expect(JSON.stringify(Template.fromStack(stack)).match(/resolve:secretsmanager/g)).toBeNull();
  });

  test("grants access to named resources and actions only", () => {
    const statements = statementsOf(Template.fromStack(stack).toJSON());
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "secretsmanager:GetSecretValue",
      "sts:AssumeRole",
    ]);
    expect(JSON.stringify(statements.map(({ Resource }) => Resource))).not.toContain("*");
    expect(JSON.stringify(statements.map(({ Action }) => Action))).not.toContain("*");
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toMatch(/iam::aws:policy/);
  });

  test("outputs the URL and the commands that set the key, each with a description", () => {
    const outputs = Template.fromStack(stack).toJSON().Outputs;
    for (const { Description } of Object.values<{ Description?: string }>(outputs)) expect(Description).toMatch(/\w+/);
    expect(textOf(outputs.TokenEndpointUrl.Value)).toMatch(/\.ApiEndpoint\/api\/getusertoken$/);
    const [secret] = Object.keys(Template.fromStack(stack).findResources("AWS::SecretsManager::Secret"));
    expect(textOf(outputs.SetApiKeyCommand.Value)).toBe(
      `npm run set-key -- --secret-id ${secret} --api-host a.api.mindset.ai --app-uid example-app`,
    );
    expect(textOf(outputs.PutApiKeyCommand.Value)).toContain(
      ` aws secretsmanager put-secret-value --region AWS::Region --secret-id ${secret} --secret-string file:///dev/stdin`,
    );
  });

  describe.each(["bash", "zsh"].filter((shell) => existsSync(`/bin/${shell}`)))("PutApiKeyCommand in %s", (shell) => {
    const key = "mk \\k*-$1'\"`é";

    test("passes the key to the AWS CLI as it is", () => {
      const { stdout } = putApiKey(shell, { input: `${key}\n` });
      expect(stdout).toBe(`Paste the key and press Enter\n<${key}> secretsmanager put-secret-value AWS::Region`);
    });

    const onLinux = process.platform === "linux" ? test : test.skip; // elsewhere, script has other options
    onLinux("does not display the key on a terminal", async () => {
      const displayed = await typeKey(shell, key);
      expect(displayed).toContain(" secretsmanager put-secret-value AWS::Region");
      expect(displayed.split(key)).toHaveLength(2); // the fake displays it once
    });
  });

  test("deletes its logs when it is destroyed, but never the key", () => {
    for (const { DeletionPolicy } of resourcesOf(stack, "AWS::Logs::LogGroup")) expect(DeletionPolicy).toBe("Delete");
    expect(resourceOf(stack, "AWS::SecretsManager::Secret").DeletionPolicy).toBe("RetainExceptOnCreate");
  });

  test("fails for an invalid configuration, wherever the stack is created", () => {
    const wrong = { signIn: { issuer: "http://login.example.com", audience: ["a"] }, allowedOrigins: ["https://*"] };
    expect(() => exampleStack(wrong)).toThrow(
      /signIn.issuer must begin with https:[\s\S]*allowedOrigins\[0\] has a wildcard/,
    );
  });

  test("sets the key in the region of the secret, even if the stack is in another", () => {
    const elsewhere = exampleStack({ apiKeySecretArn: EXISTING_SECRET.replace("eu-west-1", "ap-southeast-2") });
    const { Value } = Template.fromStack(elsewhere).toJSON().Outputs.PutApiKeyCommand;
    expect(JSON.stringify(Value)).toContain("--region ap-southeast-2 ");
  });

  test("keeps logs for 30 days and can be deployed to any account and region", () => {
    for (const { Properties } of resourcesOf(stack, "AWS::Logs::LogGroup")) expect(Properties.RetentionInDays).toBe(30);
    expect(stack.environment).toBe("aws://unknown-account/unknown-region");
  });

  test("passes the configuration to its parts", () => {
    const configured = exampleStack(EVERYTHING);
    for (const { Properties } of resourcesOf(configured, "AWS::Logs::LogGroup"))
      expect(Properties.RetentionInDays).toBe(7);
    for (const { Properties } of resourcesOf(configured, "AWS::CloudWatch::Alarm")) {
      expect(Properties.AlarmActions).toEqual([EVERYTHING.alarmTopicArn]);
    }
    expect(resourceOf(configured, "AWS::ApiGatewayV2::Stage").Properties.DefaultRouteSettings.ThrottlingRateLimit).toBe(
      5,
    );
    expect(resourceOf(configured, "AWS::ApiGatewayV2::Api").Properties.CorsConfiguration).toBeDefined();
  });

  test("reads an existing secret and creates none", () => {
    const configured = exampleStack({ apiKeySecretArn: EXISTING_SECRET });
    expect(resourcesOf(configured, "AWS::SecretsManager::Secret")).toEqual([]);
    const { Environment } = resourceOf(configured, "AWS::Lambda::Function").Properties;
    expect(Environment.Variables.MINDSET_API_KEY_SECRET_ARN).toBe(EXISTING_SECRET);
    expect(statementsOf(Template.fromStack(configured).toJSON())).toContainEqual({
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: EXISTING_SECRET,
    });
  });
});

test("the required settings and scopes give no warning", () => {
  expect(Annotations.fromStack(exampleStack()).findWarning("*", Match.anyValue())).toEqual([]);
});

describe("cdk-nag's AWS Solutions checks", () => {
  test.each([
    ["the required settings", {}],
    ["every setting", EVERYTHING],
    ["an existing secret", { apiKeySecretArn: EXISTING_SECRET }],
    ["an authorizer function", { signIn: { type: "oidc" as const, issuers: [ISSUER] } }],
  ])("find nothing with %s", (_, config) => {
    expect(findingsOf(exampleStack(config))).toEqual([]);
  });

  test("find an open route", () => {
    const stack = exampleStack();
    const { httpApi } = stack.node.findAll().find((construct) => construct instanceof TokenApi) as TokenApi;
    httpApi.addRoutes({
      path: "/open",
      integration: new HttpUrlIntegration("Elsewhere", "https://example.com"),
      authorizer: new HttpNoneAuthorizer(),
    });
    expect(findingsOf(stack)).toContain("AwsSolutions-APIG4");
  });

  test("find an unprotected bucket", () => {
    const stack = exampleStack();
    new Bucket(stack, "Bucket", { removalPolicy: RemovalPolicy.DESTROY });
    expect(findingsOf(stack)).toContain("AwsSolutions-S10");
  });
});
