import { describe, expect, test } from "@jest/globals";
import { Lazy, SecretValue } from "aws-cdk-lib/core";
import { FORBIDDEN_IDENTITY_CLAIMS, MUTABLE_IDENTITY_CLAIMS } from "../../../lambda/contract.ts";
import { parseSettings } from "../../../lambda/token/settings.ts";
import { DeploymentConfigError, parseDeploymentConfig } from "../../../lib/config/parse.ts";

const REQUIRED = {
  apiHost: "a.api.mindset.ai",
  appUid: "example-app",
  signIn: { type: "jwt", issuer: "https://login.example.com/", audience: ["mindset-token-endpoint"] },
};

const ALL = {
  ...REQUIRED,
  signIn: { ...REQUIRED.signIn, scopes: ["mindset:token"] },
  allowedOrigins: ["https://app.example.com", "http://localhost:5173"],
  identityClaim: "https://example.com/user-id",
  allowMutableIdentityClaim: false,
  acceptIdTokens: true,
  identityField: "userEmail",
  identityMapping: "strict",
  nameClaim: "nickname",
  throttle: { rateLimit: 1.5, burstLimit: 10 },
  apiKeySecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/mindset-key-a1B2c3",
  logRetentionDays: 90,
  alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:on-call",
  allowAnyApiHost: false,
};

function problemsOf(changes: object): readonly string[] {
  return problemsOfAll({ ...REQUIRED, ...changes });
}

function problemsOfAll(settings: unknown): readonly string[] {
  try {
    parseDeploymentConfig(settings);
    return [];
  } catch (error) {
    return (error as DeploymentConfigError).problems;
  }
}

describe("a configuration", () => {
  test("needs three settings only", () => {
    expect(parseDeploymentConfig(REQUIRED)).toEqual(REQUIRED);
  });

  test("accepts every setting", () => {
    expect(parseDeploymentConfig(ALL)).toEqual(ALL);
  });

  test("accepts another host with allowAnyApiHost", () => {
    for (const apiHost of ["mindset.example.com", "mindset.example.com:8443", "http://localhost:3002"]) {
      expect(problemsOf({ allowAnyApiHost: true, apiHost })).toEqual([]);
    }
    expect(problemsOf({ allowAnyApiHost: true, apiHost: "http://mindset.example.com" })).toHaveLength(1);
  });

  test("accepts CDK tokens where the attribute of another construct is allowed", () => {
    const token = Lazy.string({ produce: () => "later" });
    const settings = {
      signIn: { issuer: token, audience: [token] },
      apiKeySecretArn: token,
      alarmTopicArn: token,
      allowedOrigins: [`https://${token}`],
      appUid: token,
    };
    expect(problemsOf(settings)).toEqual([]);
    expect(problemsOf({ appUid: SecretValue.ssmSecure("app-uid").unsafeUnwrap() })).toEqual([]);
    const list = Lazy.list({ produce: () => ["later"] });
    const lists = { signIn: { issuer: token, audience: list, scopes: list }, allowedOrigins: list };
    expect(problemsOf(lists)).toEqual([]);
    expect(problemsOf({ signIn: { type: "lambda", authorizerArn: token } })).toEqual([]);
    expect(problemsOf({ signIn: { type: "oidc", issuers: [{ issuer: token, audience: token }] } })).toEqual([]);
  });

  test("fails for CloudFormation's dynamic references, in any text and name", () => {
    const reference = "{{resolve:secretsmanager:any}}";
    const userinfo = { type: "userinfo", url: "https://app.example.com/me", forward: ["cookie:s"], subject: "id" };
    const problems = [
      ...problemsOf({ signIn: { issuer: "https://login.example.com/", audience: [reference], scopes: [reference] } }),
      ...problemsOf({ identityClaim: reference, appUid: `${Lazy.string({ produce: () => "a" })}${reference}` }),
      ...problemsOf({
        signIn: {
          ...userinfo,
          url: `https://app.example.com/?a=${reference}`,
          headers: { origin: reference },
          requiredClaims: { a: [reference] },
        },
        allowedOrigins: ["https://app.example.com"],
      }),
      ...problemsOf({ signIn: { ...userinfo, requiredClaims: { [reference]: ["a"] } } }).slice(0, 1),
    ];
    expect(problems).toHaveLength(8);
    for (const problem of problems) expect(problem).toMatch(/ contains "{{", .*\. Write the value itself\.$/);
  });

  test("fails for a CDK token as the claim that identifies the caller", () => {
    expect(problemsOf({ identityClaim: Lazy.string({ produce: () => "aud" }) })).toHaveLength(1);
  });
});

test("the error lists every problem, and shows an example", () => {
  const { name, message } = new DeploymentConfigError(["appUid is missing.", "signIn is missing."]);
  expect(name).toBe("DeploymentConfigError");
  expect(message).toMatch(
    /^The configuration is incomplete or invalid:\n {2}- appUid is missing.\n {2}- signIn is missing.\n\nWrite/,
  );
});

describe("parseDeploymentConfig", () => {
  test.each([
    ["apiHost", undefined, "is missing"],
    ["apiHost", 7, "must be text"],
    ["apiHost", "", "is empty"],
    ["apiHost", "https://a.api.mindset.ai", "without https://"],
    ["apiHost", "mindset.example.com", "is not one of Mindset's"],
    ["apiHost", "a.api.mindset.ai.evil.example", "is not one of Mindset's"],
    ["apiHost", "http://localhost:3002", "is not one of Mindset's"],
    ["apiHost", "http://a.api.mindset.ai", "without TLS"],
    ["apiHost", "a.api.mindset.ai:22", "port of another service"],
    ["appUid", undefined, "is missing"],
    ["appUid", "a/b", "letters, digits"],
    ["appUid", "x".repeat(129), "at most 128"],
    ["appUid", "your-app-uid", "is still the placeholder"],
    ["signIn", undefined, "is missing"],
    ["signIn", "jwt", "must be an object"],
    ["identityClaim", "", "is empty"],
    ["identityClaim", "email", "can change or be given to another user"],
    ["identityClaim", "user id", "without spaces"],
    ["allowMutableIdentityClaim", "yes", "must be true or false"],
    ["acceptIdTokens", "yes", "must be true or false"],
    ["identityField", "email", 'Write "externalId" or "userEmail"'],
    ["identityMapping", "loose", 'Write "auto" or "strict"'],
    ["nameClaim", 1, "must be text"],
    ["throttle", 50, "must be an object"],
    ["apiKeySecretArn", "mindset-api-key", "complete ARN"],
    ["apiKeySecretArn", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset", "complete ARN"],
    ["apiKeySecretArn", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:*", "complete ARN"],
    ["logRetentionDays", 31, "Write one of 1, 3, 5"],
    ["logRetentionDays", 9999, "is not supported by CloudWatch"],
    ["logRetentionDays", "30", "must be a number"],
    ["alarmTopicArn", "on-call", "ARN of an SNS topic"],
    ["allowAnyApiHost", "yes", "must be true or false"],
    ["apihost", "a.api.mindset.ai", "is not a setting. Write one of apiHost, appUid"],
    ["issuer", "https://login.example.com/", "is not a setting. Write one of"],
  ])("fails for %s: %p", (name, value, problem) => {
    const [found, ...others] = problemsOf({ [name]: value });
    expect(found?.startsWith(`${name} `)).toBe(true);
    expect(found).toContain(problem);
    expect(others).toEqual([]);
  });

  test.each([
    ["allowedOrigins[1]", { allowedOrigins: ["https://app.example.com", "*"] }, "has a wildcard"],
    ["throttle.rateLimit", { throttle: { rateLimit: 0 } }, "at least 1"],
    ["throttle.rateLimit", { throttle: { rateLimit: 1e9 } }, "at most 100000"],
    ["throttle.burstLimit", { throttle: { burstLimit: 1e9 } }, "at most 100000"],
    ["throttle.burstLimit", { throttle: { burstLimit: 1.5 } }, "whole number"],
    ["throttle.burst", { throttle: { burst: 1 } }, "is not a setting. Write requests per second"],
  ])("fails for %s", (name, changes, problem) => {
    const [found, ...others] = problemsOf(changes);
    expect(found?.startsWith(`${name} `)).toBe(true);
    expect(found).toContain(problem);
    expect(others).toEqual([]);
  });

  test.each([undefined, null, "text", [REQUIRED], 7])("fails for settings that are %p", (settings) => {
    expect(problemsOfAll(settings)).toEqual([expect.stringMatching(/^mindset .*Write an object, as below\.$/)]);
  });
});

describe("the claim that identifies callers", () => {
  test.each(FORBIDDEN_IDENTITY_CLAIMS)("cannot be %s, which many callers share or which changes", (identityClaim) => {
    const problems = problemsOf({ identityClaim, allowMutableIdentityClaim: true });
    expect(problems).toEqual([expect.stringMatching(/^identityClaim does not identify a user/)]);
  });

  test.each(MUTABLE_IDENTITY_CLAIMS)("can be %s only with allowMutableIdentityClaim", (identityClaim) => {
    expect(problemsOf({ identityClaim })).toEqual([expect.stringMatching(/set allowMutableIdentityClaim to true\.$/)]);
    expect(problemsOf({ identityClaim, allowMutableIdentityClaim: true })).toEqual([]);
  });
});

test("reports rules about several settings although other settings are wrong too", () => {
  const problems = problemsOfAll({ apiHost: "evil.example.com", appUid: "", identityClaim: "aud" });
  expect(problems.map((problem) => problem.split(" ")[0])).toEqual(["appUid", "signIn", "apiHost", "identityClaim"]);
});

test("the function accepts every host that a configuration may contain", () => {
  const hosts = ["a.api.mindset.ai", "a.api.mindset.ai:8443", "localhost", "http://[::1]:65535", "x".repeat(63)];
  for (const apiHost of hosts) {
    parseDeploymentConfig({ ...REQUIRED, apiHost, allowAnyApiHost: true });
    const environment = { MINDSET_API_HOST: apiHost, MINDSET_APP_UID: "a", MINDSET_API_KEY_SECRET_ARN: "s" };
    expect(() => parseSettings(environment)).not.toThrow();
  }
});

describe("the error message", () => {
  const key = "sk-live-sentinel-key";
  const invalid = { ...REQUIRED, apiHost: undefined, signIn: { issuer: key, audience: "a" }, apiKey: key };
  function message() {
    try {
      parseDeploymentConfig(invalid);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  }

  test("lists every problem and says what to write", () => {
    expect(() => parseDeploymentConfig(invalid)).toThrow(DeploymentConfigError);
    expect(message()).toContain("  - apiHost is missing. Write the host of your Mindset API");
    expect(message()).toContain("  - signIn.issuer must begin with https://. Write the exact");
    expect(message()).toContain("  - apiKey is not a setting. Write one of apiHost,");
    expect(message()).toContain('"mindset": {');
  });

  test("contains no value of the settings", () => {
    expect(message()).not.toContain(key);
  });

  test("shows an example that is valid once its names are filled in", () => {
    const [, example = ""] = /"mindset": (\{.*?\n {4}\})/s.exec(message()) ?? [];
    expect(problemsOfAll(JSON.parse(example)).map((problem) => problem.split(" ")[0])).toEqual([
      "appUid",
      "signIn.audience[0]",
    ]);
    expect(problemsOfAll(JSON.parse(example.replaceAll("your-", "our-")))).toEqual([]);
  });
});
