import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Template } from "aws-cdk-lib/assertions";
import { mockClient } from "aws-sdk-client-mock";
import { diagnose } from "../../../../bin/doctor/diagnose.ts";
import { parseDeploymentConfig } from "../../../../lib/config/parse.ts";
import { createTemplate } from "../../../../lib/template/template.ts";
import { TokenEndpointStack } from "../../../../lib/token-endpoint-stack.ts";
import { type LocalServer, startServer } from "../../../../local/http/server.ts";
import { type FakeMindset, startMindset } from "../../../../local/mindset/server.ts";
import { context, testApp } from "../../../support/stack/synth.ts";

const cloudFormation = mockClient(CloudFormationClient);
const cloudWatch = mockClient(CloudWatchClient);
const secrets = mockClient(SecretsManagerClient);

let mindset: FakeMindset;
let endpoint: LocalServer;
let template: string;
let withoutCdk: string;
beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "LOCAL-NOT-A-KEY",
    AWS_SECRET_ACCESS_KEY: "x",
  });
  mindset = await startMindset({ port: 0, appUid: "my-app", apiKeys: ["good-key"] });
  endpoint = await startServer({ port: 0, listener: (_request, response) => response.writeHead(401).end() });
  template = synth();
  const settings = { allowAnyApiHost: true, identityClaim: "employee_id" };
  withoutCdk = createTemplate({ ...context, mindset: settings }).text;
});
afterAll(() => Promise.all([mindset.close(), endpoint.close()]));

/** The template as it is deployed, of a deployment that calls the fake Mindset. */
function synth(): string {
  const config = parseDeploymentConfig({
    ...{ apiHost: `http://localhost:${mindset.port}`, appUid: "my-app", allowAnyApiHost: true },
    signIn: { issuer: "https://login.invalid/", audience: "my-audience", scopes: ["mindset:token"] },
    ...{ allowedOrigins: ["https://app.example.com"], identityClaim: "employee_id" },
  });
  return JSON.stringify(Template.fromStack(new TokenEndpointStack(testApp(), "Stack", config)).toJSON());
}

/** The same settings as parameters. */
function toParameters(): Record<string, string> {
  return {
    ApiHost: `http://localhost:${mindset.port}`,
    AppUid: "my-app",
    Issuer: "https://login.invalid/",
    Audience: "my-audience",
    Scopes: "mindset:token",
    AllowedOrigins: "https://app.example.com",
  };
}

const OUTPUTS = {
  ApiKeySecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf",
  FunctionName: "f",
};

function deploy({
  StackStatus = "UPDATE_COMPLETE",
  outputs = OUTPUTS as Record<string, string>,
  SecretString = "good-key",
  TemplateBody = template,
  parameters = {} as Record<string, string>,
} = {}) {
  const all = Object.entries({ TokenEndpointUrl: `${endpoint.url}/api/getusertoken`, ...outputs });
  const Outputs = all.map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  const stack = {
    StackName: "Stack",
    StackId: "arn:aws:cloudformation:eu-west-1:123456789012:stack/Stack/1",
    CreationTime: new Date(),
    StackStatus: StackStatus as "UPDATE_COMPLETE",
    Outputs,
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  };
  const alarm = { ResourceType: "AWS::CloudWatch::Alarm", PhysicalResourceId: "alarm-1" };
  const resource = {
    ...alarm,
    LogicalResourceId: "A",
    Timestamp: new Date(),
    ResourceStatus: "CREATE_COMPLETE" as const,
  };
  cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [stack] });
  cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody });
  cloudFormation.on(DescribeStackResourcesCommand).resolves({ StackResources: [resource] });
  cloudWatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [{ AlarmName: "alarm-1", StateValue: "OK" }] });
  secrets.on(GetSecretValueCommand).resolves({ SecretString });
}

beforeEach(() => {
  for (const client of [cloudFormation, cloudWatch, secrets]) client.reset();
  deploy();
});

async function findings() {
  const all = [];
  for await (const finding of diagnose({ stack: "Stack" })) all.push(finding);
  return all;
}

/** @returns the check of that name. */
async function findingOf(check: string) {
  return (await findings()).find((finding) => finding.check.startsWith(check));
}

describe("npm run doctor -- --stack", () => {
  test.each(["cdk deploy", "npm run template"])("reads URL, sign-in, alarms and key of a stack by %s", async (by) => {
    if (by === "npm run template") deploy({ TemplateBody: withoutCdk, parameters: toParameters() });
    const all = await findings();
    expect(all.filter(({ status }) => status === "pass").map(({ check }) => check)).toEqual([
      "stack Stack",
      "DNS and connection",
      "401 without a token",
      "401 with a made-up token",
      "no CORS for other pages",
      "alarms",
      "key in the secret",
      "Mindset accepts the key",
    ]);
    expect(all.map(({ check }) => check)).toContain("discovery of https://login.invalid/");
    expect(all.map(({ check }) => check)).toContain("CORS preflight for https://app.example.com");
    expect(JSON.stringify(all)).not.toContain("good-key");
  });

  test.each([
    ["a key that Mindset rejects", { SecretString: "bad-key" }, "Mindset accepts the key", /set-key/],
    ["the placeholder", { SecretString: "REPLACE_WITH_YOUR_MINDSET_API_KEY" }, "key in the secret", /set-key/],
    ["a deployment that was rolled back", { StackStatus: "UPDATE_ROLLBACK_COMPLETE" }, "stack Stack", /Deploy again/],
    ["another stack", { outputs: {} }, "stack Stack", /another stack/],
  ])("fails for %s, with what to do", async (_, changes, check, advice) => {
    deploy(changes);
    expect(await findingOf(check)).toMatchObject({ status: "fail", advice: expect.stringMatching(advice) });
  });

  test("does not send the key to a host that the template names and that is not Mindset's", async () => {
    const host = `http://localhost:${mindset.port}`;
    cloudFormation
      .on(GetTemplateCommand)
      .resolves({ TemplateBody: template.replaceAll(host, "mindset.attacker.example") });
    expect(await findingOf("key in the secret")).toMatchObject({ status: "skipped" });
    expect(secrets.calls()).toEqual([]);
  });

  test("fails for an alarm that is raised, with its reason and text", async () => {
    const alarm = {
      AlarmName: "alarm-1",
      StateValue: "ALARM" as const,
      StateReason: "3 errors",
      AlarmDescription: "Do this.",
    };
    cloudWatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [alarm] });
    expect(await findingOf("alarm alarm-1")).toMatchObject({ status: "fail", detail: "3 errors", advice: "Do this." });
  });

  test.each([
    ["no credentials", "CredentialsProviderError", /aws sso login/],
    ["a stack that does not exist", "ValidationError", /AWS_REGION/],
  ])("fails for %s, with what to do", async (_, name, advice) => {
    cloudFormation.on(DescribeStacksCommand).rejects(Object.assign(new Error("Value"), { name }));
    expect((await findings())[0]).toMatchObject({
      status: "fail",
      detail: name,
      advice: expect.stringMatching(advice),
    });
  });

  test("reads the rest of a stack with settings of which only CloudFormation knows the values", async () => {
    const { Resources, ...others } = JSON.parse(withoutCdk);
    others.Conditions.IsHere = { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-west-1"] };
    // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
    for (const { Properties } of Object.values<any>(Resources)) {
      const { MINDSET_APP_UID, ...variables } = Properties.Environment?.Variables ?? {};
      if (MINDSET_APP_UID) {
        const known = { MINDSET_APP_UID: { "Fn::If": ["IsHere", MINDSET_APP_UID, "elsewhere"] } };
        Properties.Environment.Variables = { ...variables, ...known };
      }
      if (Properties.JwtConfiguration) Properties.JwtConfiguration = { "Fn::GetAtt": ["Issuer", "Configuration"] };
      if (Properties.AuthorizationScopes) {
        Properties.AuthorizationScopes = { "Fn::Join": [",", { "Fn::GetAtt": ["A", "B"] }] };
      }
    }
    deploy({ TemplateBody: JSON.stringify({ Resources, ...others }), parameters: toParameters() });
    const all = await findings();
    expect(all.filter(({ status }) => status === "pass").map(({ check }) => check)).toContain(
      "Mindset accepts the key",
    );
    expect(all).toContainEqual(expect.objectContaining({ check: "issuer", status: "skipped" }));
  });

  test("reads what a stack says without its template, if that is not JSON", async () => {
    deploy({ TemplateBody: "Resources:\n" });
    expect(await findingOf("stack Stack")).toMatchObject({ status: "pass" });
    expect(await findingOf("alarms")).toMatchObject({ status: "pass" });
    expect(await findingOf("key in the secret")).toMatchObject({ status: "skipped" });
  });

  test("fails for settings that the function refuses, with the reason", async () => {
    deploy({ TemplateBody: template.replaceAll('"employee_id"', '"aud"') });
    expect(await findingOf("settings of the function")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("IDENTITY_CLAIM is invalid"),
      advice: expect.stringContaining("deploy again"),
    });
  });

  test("does not take an error of its own for missing permissions", async () => {
    deploy({ TemplateBody: JSON.stringify({ Resources: { Broken: null } }) });
    await expect(findings()).rejects.toThrow(TypeError);
  });

  test("fails for a secret that cannot be read", async () => {
    secrets.on(GetSecretValueCommand).rejects(Object.assign(new Error("no"), { name: "AccessDeniedException" }));
    expect(await findingOf("key in the secret")).toMatchObject({ status: "fail", detail: "AccessDeniedException" });
  });
});
