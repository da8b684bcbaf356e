import { describe, expect, test } from "@jest/globals";
import { parseSettings } from "../../../lambda/token/settings.ts";

const minimal = {
  MINDSET_API_HOST: "a.api.mindset.ai",
  MINDSET_APP_UID: "app_1-x",
  MINDSET_API_KEY_SECRET_ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset/api-key-AbCdEf",
};
function problems(environment: Record<string, string | undefined>): string {
  try {
    parseSettings(environment);
  } catch (error) {
    expect(error).toMatchObject({ code: "CONFIG_INVALID", publicCode: "SERVICE_MISCONFIGURED", status: 500 });
    return (error as Error).message;
  }
  return "";
}

describe("the settings", () => {
  test("need three variables, the rest has defaults", () => {
    expect(parseSettings(minimal)).toEqual({
      apiOrigin: { protocol: "https:", hostname: "a.api.mindset.ai", port: 443 },
      appUid: "app_1-x",
      apiKeySecretId: minimal.MINDSET_API_KEY_SECRET_ARN,
      identity: { claim: "sub", field: "externalId", mapping: "auto", nameClaim: "name" },
    });
  });

  test("take an empty variable as absent", () => {
    expect(parseSettings({ ...minimal, IDENTITY_CLAIM: "", ACCOUNT_UIDS: "" }).identity.claim).toBe("sub");
  });

  test.each([
    ["a.api.mindset.ai:8443", { protocol: "https:", hostname: "a.api.mindset.ai", port: 8443 }],
    ["127.0.0.1:8443", { protocol: "https:", hostname: "127.0.0.1", port: 8443 }],
    ["http://localhost:3002", { protocol: "http:", hostname: "localhost", port: 3002 }],
    ["http://[::1]:3002", { protocol: "http:", hostname: "::1", port: 3002 }],
    ["http://host.docker.internal:3002", { protocol: "http:", hostname: "host.docker.internal", port: 3002 }],
  ])("take the host %s", (MINDSET_API_HOST, expected) => {
    expect(parseSettings({ ...minimal, MINDSET_API_HOST }).apiOrigin).toEqual(expected);
  });

  test.each([
    ["https://a.api.mindset.ai"],
    ["a.api.mindset.ai/"],
    ["a.api.mindset.ai/api"],
    ["a.api.mindset.ai?x"],
    ["a.api.mindset.ai#x"],
    ["user@a.api.mindset.ai"],
    ["user:pw@a.api.mindset.ai"],
    ["a.api.mindset.ai:"],
    ["a.api.mindset.ai:0"],
    ["a.api.mindset.ai:65536"],
    ["a..mindset.ai"],
    ["-a.mindset.ai"],
    ["a.api.mindset.ai\n"],
    [" a.api.mindset.ai"],
    ["http://a.api.mindset.ai"],
    ["http://a.api.mindset.ai:80"],
    ["http://localhost"],
    ["http://localhost:3002/"],
    ["http://localhost:3002@evil.example"],
    ["http://127.0.0.1.evil.example:80"],
    ["http://192.168.1.1:80"],
    ["HTTP://localhost:3002"],
  ])("refuse the host %j", (MINDSET_API_HOST) => {
    expect(problems({ ...minimal, MINDSET_API_HOST })).toContain("MINDSET_API_HOST is malformed");
  });

  test("list every problem at once, and never a value", () => {
    const pasted = "sk-live-sentinel key";
    const message = problems({
      MINDSET_APP_UID: pasted,
      IDENTITY_SOURCE: "iam",
      IDENTITY_CLAIM: "a b",
      IDENTITY_FIELD: pasted,
      IDENTITY_MAPPING: "loose",
      NAME_CLAIM: "é",
      ACCOUNT_UIDS: "[]",
      ACCOUNT_UID_MAP: "{}",
      EXTERNAL_TENANT_ID_MAP: "{}",
    });
    expect(message).toBe(
      "The function's settings: " +
        `MINDSET_API_HOST is missing, set it to Mindset's API host alone, such as "a.api.mindset.ai"; ` +
        "MINDSET_APP_UID is malformed, set it to the Mindset application's uid (letters, digits, _ and -, at most 128); " +
        "MINDSET_API_KEY_SECRET_ARN is missing, set it to the ARN or name of the secret that holds the Mindset API key; " +
        'IDENTITY_SOURCE is malformed, set it to "jwt" ("iam" and "lambda" are not supported yet); ' +
        'IDENTITY_CLAIM is malformed, set it to the name of the claim that identifies the caller, such as "sub"; ' +
        'IDENTITY_FIELD is malformed, set it to "externalId" or "userEmail"; ' +
        'IDENTITY_MAPPING is malformed, set it to "auto" or "strict"; ' +
        'NAME_CLAIM is malformed, set it to the name of the claim that holds the friendly name, such as "name"; ' +
        "ACCOUNT_UIDS is not supported yet, remove it; ACCOUNT_UID_MAP is not supported yet, remove it; " +
        "EXTERNAL_TENANT_ID_MAP is not supported yet, remove it.",
    );
  });
});
