import { expect, test } from "@jest/globals";
import { type DeploymentConfigError, parseDeploymentConfig } from "../../../../lib/config/parse.ts";

const KEY = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-0123456789ab";
const VPC = { subnetIds: ["subnet-0a1b2c3d", "subnet-1a2b3c4d"], securityGroupIds: ["sg-0a1b2c3d"] };
const DOMAIN = {
  domainName: "api.example.com",
  certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0123456789ab",
};

function problemsOf(options: object): readonly string[] {
  try {
    parseDeploymentConfig({
      apiHost: "a.api.mindset.ai",
      appUid: "example-app",
      signIn: { issuer: "https://login.example.com/", audience: "mindset-token-endpoint" },
      ...options,
    });
    return [];
  } catch (error) {
    return (error as DeploymentConfigError).problems;
  }
}

test.each<[object]>([
  [{ customDomain: { ...DOMAIN, hostedZone: { id: "Z1", name: "example.com" }, disableExecuteApiEndpoint: true } }],
  [{ customDomain: { ...DOMAIN, domainName: `${"a".repeat(63)}.x-1.example.co` } }],
  [{ memorySize: 128 }],
  [{ memorySize: 10_240, architecture: "arm64", reservedConcurrency: 0 }],
  [{ architecture: "x86_64", kmsKeyArn: KEY, vpc: VPC, retainLogs: true, dashboard: true, tracing: false }],
])("accepts %j", (options) => {
  expect(problemsOf(options)).toEqual([]);
});

test.each<[string, object, string]>([
  ["customDomain.domainName", { customDomain: { ...DOMAIN, domainName: "https://api.example.com" } }, "without https"],
  ["customDomain.certificateArn", { customDomain: { ...DOMAIN, certificateArn: "a" } }, "ACM certificate"],
  ["customDomain.hostedZone.name", { customDomain: { ...DOMAIN, hostedZone: { id: "Z1" } } }, "is missing"],
  ["memorySize", { memorySize: 64 }, "at least 128"],
  ["memorySize", { memorySize: 20_000 }, "at most 10240"],
  ["architecture", { architecture: "x86" }, "unknown value"],
  ["kmsKeyArn", { kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:alias/key" }, "not of an alias"],
  ["reservedConcurrency", { reservedConcurrency: -1 }, "at least 0"],
  ["vpc.subnetIds[0]", { vpc: { ...VPC, subnetIds: ["vpc-1"] } }, "id of a subnet"],
  ["vpc.securityGroupIds", { vpc: { ...VPC, securityGroupIds: [] } }, "is empty"],
  ["retainLogs", { retainLogs: "yes" }, "true or false"],
  ["dashboard", { dashboard: 1 }, "true or false"],
  ["tracing", { tracing: "Active" }, "true or false"],
  ["memorySize", { memorySize: 512.5 }, "a whole number"],
  ["memorySize", { memorySize: 128.5 }, "a whole number"],
  ["reservedConcurrency", { reservedConcurrency: "1" }, "a whole number"],
  ["kmsKeyArn", { kmsKeyArn: `x${KEY}` }, "ARN of a KMS key"],
  ["kmsKeyArn", { kmsKeyArn: `${KEY}/x` }, "ARN of a KMS key"],
  ["customDomain", { customDomain: "api.example.com" }, "an object"],
  ["customDomain.certificateArn", { customDomain: { ...DOMAIN, certificateArn: `x${DOMAIN.certificateArn}` } }, "ACM"],
  ["customDomain.certificateArn", { customDomain: { ...DOMAIN, certificateArn: `${DOMAIN.certificateArn} ` } }, "ACM"],
  ["customDomain.domainName", { customDomain: { ...DOMAIN, domainName: "example.com." } }, "a domain"],
  ["customDomain.hostedZone", { customDomain: { ...DOMAIN, hostedZone: "example.com" } }, "an object"],
  ["customDomain.hostedZone.name", { customDomain: { ...DOMAIN, hostedZone: { id: "Z1", name: "a.b." } } }, "a dot"],
  ["vpc", { vpc: "vpc-1" }, "an object"],
  ["vpc.subnetIds", { vpc: { ...VPC, subnetIds: [] } }, "is empty"],
  ["vpc.subnetIds[0]", { vpc: { ...VPC, subnetIds: ["my-subnet-1"] } }, "id of a subnet"],
  ["vpc.subnetIds[0]", { vpc: { ...VPC, subnetIds: ["subnet-1x"] } }, "id of a subnet"],
  ["vpc.securityGroupIds[0]", { vpc: { ...VPC, securityGroupIds: ["my-sg-1"] } }, "id of a security group"],
  ["vpc.securityGroupIds[0]", { vpc: { ...VPC, securityGroupIds: ["sg-1x"] } }, "id of a security group"],
])("fails for %s: %j", (name, options, problem) => {
  expect(problemsOf(options)).toEqual([expect.stringContaining(problem)]);
  expect(problemsOf(options)[0]?.split(" ")[0]).toBe(name);
});
