import { describe, expect, test } from "@jest/globals";
import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { UserPool } from "aws-cdk-lib/aws-cognito";
import { User } from "aws-cdk-lib/aws-iam";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { AwsSolutionsChecks } from "cdk-nag";
import type { DeploymentConfig } from "../../lib/config/deployment-config.ts";
import type { SignIn } from "../../lib/config/sign-in/types.ts";
import { TokenEndpoint } from "../../lib/token-endpoint.ts";
import { EXAMPLE, exampleStack, resourceOf, resourcesOf, testApp } from "../support/stack/synth.ts";

const OIDC: SignIn = {
  type: "oidc",
  issuers: [{ issuer: "https://login.example.com/", audience: ["app"], scopes: ["mindset:token"] }],
};
const KEY = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-0123456789ab";
const VPC = { subnetIds: ["subnet-0a1b2c3d", "subnet-1a2b3c4d"], securityGroupIds: ["sg-0a1b2c3d"] };
const DOMAIN = {
  domainName: "api.example.com",
  certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0123456789ab",
};

/** With our authorizer, so that options of every function show on both. */
function stackWith(changes: Partial<DeploymentConfig> = {}): Stack {
  return exampleStack({ signIn: OIDC, ...changes });
}

function propertiesOf(stack: Stack, type: string) {
  return resourcesOf(stack, type).map(({ Properties }) => Properties);
}

function actionsOf(stack: Stack): string[] {
  return propertiesOf(stack, "AWS::IAM::Role")
    .flatMap(({ Policies }) => Policies)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action }) => Action);
}

function outputsOf(stack: Stack) {
  return Template.fromStack(stack).toJSON().Outputs;
}

describe("by default", () => {
  test("functions have 512 MB and run on arm64, without a VPC, tracing or reserved concurrency", () => {
    for (const properties of propertiesOf(stackWith(), "AWS::Lambda::Function")) {
      expect(properties).toMatchObject({ MemorySize: 512, Architectures: ["arm64"] });
      for (const absent of ["VpcConfig", "TracingConfig", "ReservedConcurrentExecutions"]) {
        expect(properties).not.toHaveProperty(absent);
      }
    }
  });

  test("the stack has no domain and no dashboard, and deletes its logs with it", () => {
    const stack = stackWith();
    for (const type of ["AWS::ApiGatewayV2::DomainName", "AWS::CloudWatch::Dashboard", "AWS::Route53::RecordSet"]) {
      expect(resourcesOf(stack, type)).toEqual([]);
    }
    for (const { DeletionPolicy } of resourcesOf(stack, "AWS::Logs::LogGroup")) expect(DeletionPolicy).toBe("Delete");
  });
});

describe("an option", () => {
  test("sets memory and architecture of each function", () => {
    const functions = propertiesOf(stackWith({ memorySize: 1024, architecture: "x86_64" }), "AWS::Lambda::Function");
    expect(functions).toHaveLength(2);
    for (const properties of functions) {
      expect(properties).toMatchObject({ MemorySize: 1024, Architectures: ["x86_64"] });
    }
  });

  test("reserves concurrency for the token function; 0 stops the endpoint", () => {
    const reserved = propertiesOf(stackWith({ reservedConcurrency: 0 }), "AWS::Lambda::Function").map(
      ({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions,
    );
    expect(reserved.sort()).toEqual([0, undefined]);
  });

  test("puts the functions into a VPC, where they may create network interfaces", () => {
    const stack = stackWith({ vpc: VPC });
    for (const { VpcConfig } of propertiesOf(stack, "AWS::Lambda::Function")) {
      expect(VpcConfig).toEqual({ SubnetIds: VPC.subnetIds, SecurityGroupIds: VPC.securityGroupIds });
    }
    expect(actionsOf(stack)).toContain("ec2:CreateNetworkInterface");
    expect(actionsOf(stackWith())).not.toContain("ec2:CreateNetworkInterface");
  });

  test("traces the functions, which may write traces", () => {
    const stack = stackWith({ tracing: true });
    for (const { TracingConfig } of propertiesOf(stack, "AWS::Lambda::Function")) {
      expect(TracingConfig).toEqual({ Mode: "Active" });
    }
    expect(actionsOf(stack)).toContain("xray:PutTraceSegments");
    expect(actionsOf(stackWith())).not.toContain("xray:PutTraceSegments");
  });

  test("encrypts the secret with your key, which only the token function may use to decrypt", () => {
    const stack = stackWith({ kmsKeyArn: KEY });
    expect(resourceOf(stack, "AWS::SecretsManager::Secret").Properties.KmsKeyId).toBe(KEY);
    const allowed = propertiesOf(stack, "AWS::IAM::Role").filter((role) => JSON.stringify(role).includes(KEY));
    expect(allowed).toEqual([expect.objectContaining({ Description: expect.stringContaining("token function") })]);
    expect(actionsOf(stack)).toContain("kms:Decrypt");
  });

  test("keeps the logs of the functions and of the API", () => {
    const groups = resourcesOf(stackWith({ retainLogs: true }), "AWS::Logs::LogGroup");
    expect(groups).toHaveLength(3);
    for (const { DeletionPolicy } of groups) expect(DeletionPolicy).toBe("Retain");
  });

  test("creates a dashboard", () => {
    const body = JSON.stringify(resourceOf(stackWith({ dashboard: true }), "AWS::CloudWatch::Dashboard").Properties);
    for (const metric of ["TokenIssued", "SignInRefused", "Throttles", "5xx"]) expect(body).toContain(metric);
  });
});

describe("a custom domain", () => {
  test("is the endpoint's URL, and the target of a record that you create", () => {
    const stack = stackWith({ customDomain: DOMAIN });
    expect(resourceOf(stack, "AWS::ApiGatewayV2::DomainName").Properties).toMatchObject({
      DomainName: "api.example.com",
      DomainNameConfigurations: [{ CertificateArn: DOMAIN.certificateArn, SecurityPolicy: "TLS_1_2" }],
    });
    expect(resourceOf(stack, "AWS::ApiGatewayV2::ApiMapping").Properties.DomainName).toBeDefined();
    expect(outputsOf(stack).TokenEndpointUrl.Value).toBe("https://api.example.com/api/getusertoken");
    expect(outputsOf(stack).CustomDomainTarget).toBeDefined();
  });

  test("gets its record in a zone of Route 53", () => {
    const hostedZone = { id: "Z0123456789ABC", name: "example.com" };
    const stack = stackWith({ customDomain: { ...DOMAIN, hostedZone } });
    expect(resourceOf(stack, "AWS::Route53::RecordSet").Properties).toMatchObject({
      Name: "api.example.com.",
      Type: "A",
      HostedZoneId: hostedZone.id,
    });
    expect(outputsOf(stack)).not.toHaveProperty("CustomDomainTarget");
  });

  test("can be the only way to the API", () => {
    function isDisabled(customDomain: DeploymentConfig["customDomain"]) {
      return resourceOf(stackWith({ customDomain }), "AWS::ApiGatewayV2::Api").Properties.DisableExecuteApiEndpoint;
    }
    expect(isDisabled({ ...DOMAIN, disableExecuteApiEndpoint: true })).toBe(true);
    expect(isDisabled(DOMAIN)).toBeUndefined();
  });
});

test("cdk-nag's AWS Solutions checks find nothing with every option", () => {
  const stack = stackWith({
    vpc: VPC,
    tracing: true,
    kmsKeyArn: KEY,
    customDomain: DOMAIN,
    dashboard: true,
    retainLogs: true,
    reservedConcurrency: 10,
  });
  const { violations } = new AwsSolutionsChecks(stack).validateScope(stack);
  expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
});

describe("a TokenEndpoint in your own stack", () => {
  function ownStack() {
    const stack = new Stack(testApp(), "Own");
    const endpoint = new TokenEndpoint(stack, "Tokens", {
      apiHost: "a.api.mindset.ai",
      appUid: "example-app",
      signIn: {
        issuer: new UserPool(stack, "Users").userPoolProviderUrl,
        audience: ["app"],
        scopes: ["mindset:token"],
      },
      alarmTopicArn: new Topic(stack, "Alarms").topicArn,
      apiKeySecretArn: new Secret(stack, "ApiKey").secretArn,
      customDomain: {
        domainName: "api.example.com",
        certificateArn: new Certificate(stack, "Certificate", { domainName: "api.example.com" }).certificateArn,
      },
    });
    return { stack, endpoint };
  }

  test("accepts attributes of other constructs", () => {
    const { stack } = ownStack();
    const { JwtConfiguration } = resourceOf(stack, "AWS::ApiGatewayV2::Authorizer").Properties;
    expect(JSON.stringify(JwtConfiguration.Issuer)).toContain("ProviderURL");
    expect(JSON.stringify(propertiesOf(stack, "AWS::CloudWatch::Alarm")[0].AlarmActions)).toContain("Ref");
  });

  test("passes attributes of other constructs to our authorizer function", () => {
    const stack = new Stack(testApp(), "Own");
    const issuer = new UserPool(stack, "Users").userPoolProviderUrl;
    const signIn: SignIn = { type: "oidc", issuers: [{ issuer, audience: ["app"], scopes: ["mindset:token"] }] };
    new TokenEndpoint(stack, "Tokens", { ...EXAMPLE, signIn });
    const variables = propertiesOf(stack, "AWS::Lambda::Function").map(({ Environment }) => Environment.Variables);
    const { SIGN_IN } = variables.find((names) => "SIGN_IN" in names);
    expect(JSON.stringify(SIGN_IN)).toMatch(/Fn::Join.*ProviderURL/);
  });

  test("exposes its parts, metrics and the right to store a key", () => {
    const { stack, endpoint } = ownStack();
    expect(endpoint.url).toBe("https://api.example.com/api/getusertoken");
    expect(stack.resolve(endpoint.httpApi.apiId)).toEqual({ Ref: expect.stringContaining("HttpApi") });
    expect(endpoint.metric("TokenIssued").metricName).toBe("TokenIssued");
    endpoint.grantWriteApiKey(new User(stack, "Operator"));
    expect(JSON.stringify(propertiesOf(stack, "AWS::IAM::Policy"))).toContain("secretsmanager:PutSecretValue");
  });
});
