import { describe, expect, test } from "@jest/globals";
import { parseSettings } from "../../../lambda/token/settings.ts";
import { DeploymentConfigError, parseDeploymentConfig } from "../../../lib/config/parse.ts";

const LEAST = {
  apiHost: "a.api.mindset.ai",
  appUid: "example-app",
  issuer: "https://login.example.com/",
  audience: ["mindset-token-endpoint"],
};

const ALL = {
  ...LEAST,
  scopes: ["mindset:token"],
  allowedOrigins: ["https://app.example.com", "http://localhost:5173"],
  identityClaim: "https://example.com/user-id",
  identityField: "userEmail",
  identityMapping: "strict",
  nameClaim: "nickname",
  throttle: { rateLimit: 1.5, burstLimit: 10 },
  apiKeySecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/mindset-key-a1B2c3",
  logRetentionDays: 90,
  alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:on-call",
  allowAnyApiHost: false,
};

function problemsOf(settings: unknown): readonly string[] {
  try {
    parseDeploymentConfig(settings);
    return [];
  } catch (error) {
    return (error as DeploymentConfigError).problems;
  }
}

describe("a configuration", () => {
  test("needs four settings only", () => {
    expect(parseDeploymentConfig(LEAST)).toEqual(LEAST);
  });

  test("accepts every setting", () => {
    expect(parseDeploymentConfig(ALL)).toEqual(ALL);
  });

  test("accepts a single audience as text", () => {
    expect(parseDeploymentConfig({ ...LEAST, audience: "one" }).audience).toEqual(["one"]);
  });

  test.each(["https://login.example.com", "https://login.example.com/", "https://login.example.com/a/B/"])(
    "keeps the issuer %s unchanged",
    (issuer) => {
      expect(parseDeploymentConfig({ ...LEAST, issuer }).issuer).toBe(issuer);
    },
  );

  test("accepts another host with allowAnyApiHost", () => {
    const anyHost = { ...LEAST, allowAnyApiHost: true };
    for (const apiHost of ["mindset.example.com", "mindset.example.com:8443", "http://localhost:3002"]) {
      expect(parseDeploymentConfig({ ...anyHost, apiHost }).apiHost).toBe(apiHost);
    }
    expect(problemsOf({ ...anyHost, apiHost: "http://mindset.example.com" })).toHaveLength(1);
  });
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
    ["appUid", undefined, "is missing"],
    ["appUid", "a/b", "letters, digits"],
    ["appUid", "x".repeat(129), "at most 128"],
    ["issuer", undefined, "is missing"],
    ["issuer", "http://login.example.com/", "https://"],
    ["audience", undefined, "is missing"],
    ["audience", [], "is empty"],
    ["audience", null, "must be a list"],
    ["scopes", "a b", "must be a list"],
    ["identityClaim", "", "is empty"],
    ["identityClaim", "user id", "without spaces"],
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
  ])("fails for %s: %p", (name, value, problem) => {
    expect(problemsOf({ ...LEAST, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} .*${problem.replace(/[?]/g, "\\?")}`)),
    ]);
  });

  test.each([
    ["audience[1]", { audience: ["one", ""] }, "is empty"],
    ["scopes[0]", { scopes: ["one two"] }, "without spaces"],
    ["allowedOrigins[1]", { allowedOrigins: ["https://app.example.com", "*"] }, "has a wildcard"],
    ["throttle.rateLimit", { throttle: { rateLimit: 0 } }, "at least 1"],
    ["throttle.burstLimit", { throttle: { burstLimit: 1.5 } }, "whole number"],
    ["throttle.burst", { throttle: { burst: 1 } }, "is not a setting. Write requests per second"],
  ])("fails for %s", (name, changes, problem) => {
    const [found, ...others] = problemsOf({ ...LEAST, ...changes });
    expect(found?.startsWith(`${name} `)).toBe(true);
    expect(found).toContain(problem);
    expect(others).toEqual([]);
  });

  test.each([undefined, null, "text", [LEAST], 7])("fails for settings that are %p", (settings) => {
    expect(problemsOf(settings)).toEqual([expect.stringMatching(/^mindset .*Write an object, as below\.$/)]);
  });
});

test("reports a foreign host although other settings are wrong too", () => {
  const problems = problemsOf({ apiHost: "evil.example.com", appUid: "", issuer: "http://x" });
  expect(problems.map((problem) => problem.split(" ")[0])).toEqual(["appUid", "issuer", "audience", "apiHost"]);
});

test("the function accepts every host that a configuration may contain", () => {
  const hosts = [
    "a.api.mindset.ai",
    "a.api.mindset.ai:8443",
    "localhost",
    "127.0.0.1:1024",
    "http://[::1]:65535",
    "x".repeat(63),
  ];
  for (const apiHost of hosts) {
    parseDeploymentConfig({ ...LEAST, apiHost, allowAnyApiHost: true });
    const environment = { MINDSET_API_HOST: apiHost, MINDSET_APP_UID: "a", MINDSET_API_KEY_SECRET_ARN: "s" };
    expect(() => parseSettings(environment)).not.toThrow();
  }
});

describe("the error message", () => {
  const invalid = { ...LEAST, apiHost: undefined, issuer: "sk-live-sentinel-key", apiKey: "sk-live-sentinel-key" };
  function message() {
    try {
      parseDeploymentConfig(invalid);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  }

  test("lists every problem at once and says what to write", () => {
    expect(() => parseDeploymentConfig(invalid)).toThrow(DeploymentConfigError);
    expect(message()).toContain("  - apiHost is missing. Write the host of your Mindset API");
    expect(message()).toContain("  - issuer must begin with https://. Write");
    expect(message()).toContain("  - apiKey is not a setting. Write one of apiHost,");
    expect(message()).toContain('"mindset": {');
  });

  test("contains no value of the settings", () => {
    expect(message()).not.toContain("sk-live-sentinel-key");
  });

  test("shows a valid example", () => {
    const [, example = ""] = /"mindset": (\{.*?\n {4}\})/s.exec(message()) ?? [];
    expect(problemsOf(JSON.parse(example))).toEqual([]);
  });
});
