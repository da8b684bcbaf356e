import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { FunctionEnvironment } from "../../../lambda/contract.ts";
import { TokenFunction, type TokenFunctionProps } from "../../../lib/functions/token-function.ts";
import { resourceOf, testStack } from "../../support/stack/synth.ts";

const SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset-key-a1B2c3";

function stackWith(changes: Partial<TokenFunctionProps> = {}): Stack {
  const stack = testStack();
  new TokenFunction(stack, "TokenFunction", {
    apiHost: "a.api.mindset.ai",
    appUid: "example-app",
    apiKeySecret: Secret.fromSecretCompleteArn(stack, "Secret", SECRET_ARN),
    ...changes,
  });
  return stack;
}

describe("TokenFunction", () => {
  let stack: Stack;
  beforeAll(() => {
    stack = stackWith();
  });

  test("runs on Node 24 and arm64, with 512 MB and 15 s", () => {
    expect(resourceOf(stack, "AWS::Lambda::Function").Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Architectures: ["arm64"],
      MemorySize: 512,
      Timeout: 15,
    });
  });

  test("can read a secret imported by name, whose ARN ends in six unknown characters", () => {
    const stack = testStack();
    const apiKeySecret = Secret.fromSecretNameV2(stack, "Secret", "mindset/key");
    new TokenFunction(stack, "TokenFunction", { apiHost: "a.api.mindset.ai", appUid: "example-app", apiKeySecret });
    expect(JSON.stringify(resourceOf(stack, "AWS::IAM::Role").Properties)).toContain(":secret:mindset/key-??????");
  });

  test("sets the variables of the contract and no others", () => {
    const expected: FunctionEnvironment = {
      MINDSET_API_HOST: "a.api.mindset.ai",
      MINDSET_APP_UID: "example-app",
      MINDSET_API_KEY_SECRET_ARN: SECRET_ARN,
      IDENTITY_SOURCE: "jwt",
      IDENTITY_CLAIM: "sub",
      IDENTITY_FIELD: "externalId",
      IDENTITY_MAPPING: "auto",
      NAME_CLAIM: "name",
    };
    expect(resourceOf(stack, "AWS::Lambda::Function").Properties.Environment.Variables).toEqual(expected);
  });

  test("passes the identity settings to the function", () => {
    const changed = stackWith({
      identityClaim: "user_id",
      identityField: "userEmail",
      identityMapping: "strict",
      nameClaim: "nickname",
    });
    expect(resourceOf(changed, "AWS::Lambda::Function").Properties.Environment.Variables).toMatchObject({
      IDENTITY_CLAIM: "user_id",
      IDENTITY_FIELD: "userEmail",
      IDENTITY_MAPPING: "strict",
      NAME_CLAIM: "nickname",
    });
  });

  test("can read its secret and write to its log group, nothing else", () => {
    const [logGroup] = Object.keys(Template.fromStack(stack).findResources("AWS::Logs::LogGroup"));
    const { Properties: role } = resourceOf(stack, "AWS::IAM::Role");
    const statements = role.Policies.flatMap(
      (policy: { PolicyDocument: { Statement: unknown[] } }) => policy.PolicyDocument.Statement,
    );
    expect(statements).toEqual([
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: SECRET_ARN },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: { "Fn::GetAtt": [logGroup, "Arn"] },
      },
    ]);
    expect(role.ManagedPolicyArns).toBeUndefined();
    expect(role.AssumeRolePolicyDocument.Statement).toEqual([
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
    ]);
  });

  test("has no other policies", () => {
    Template.fromStack(stack).resourceCountIs("AWS::IAM::Policy", 0);
    Template.fromStack(stack).resourceCountIs("AWS::IAM::ManagedPolicy", 0);
  });

  test("logs JSON to its own group for 30 days", () => {
    const [logGroup] = Object.keys(Template.fromStack(stack).findResources("AWS::Logs::LogGroup"));
    expect(resourceOf(stack, "AWS::Logs::LogGroup").Properties.RetentionInDays).toBe(30);
    expect(resourceOf(stack, "AWS::Lambda::Function").Properties.LoggingConfig).toEqual({
      LogFormat: "JSON",
      LogGroup: { Ref: logGroup },
    });
  });

  test("can keep its log longer and run on another architecture", () => {
    const changed = stackWith({ logRetention: RetentionDays.ONE_YEAR, architecture: "x86_64" });
    expect(resourceOf(changed, "AWS::Logs::LogGroup").Properties.RetentionInDays).toBe(365);
    expect(resourceOf(changed, "AWS::Lambda::Function").Properties.Architectures).toEqual(["x86_64"]);
  });
});
