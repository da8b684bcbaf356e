import { expect, test } from "@jest/globals";
import { applyFunctionEnvironment } from "../../local/function-environment.ts";

const ENDPOINTS = {
  mindsetApiHost: "http://localhost:3002",
  appUid: "local-app",
  secretsManagerUrl: "http://localhost:3003",
};

function applied(environment: Record<string, string>) {
  applyFunctionEnvironment(environment, ENDPOINTS);
  return environment;
}

test("the function calls the fake services", () => {
  expect(applied({})).toMatchObject({
    MINDSET_API_HOST: "http://localhost:3002",
    MINDSET_APP_UID: "local-app",
    MINDSET_API_KEY_SECRET_ARN: "local/mindset-api-key",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://localhost:3003",
    IDENTITY_SOURCE: "jwt",
    IDENTITY_CLAIM: "sub",
  });
});

test("nothing of the developer's AWS account is left, and no Mindset API key", () => {
  const before = {
    AWS_PROFILE: "sentinel",
    AWS_ACCESS_KEY_ID: "sentinel",
    AWS_SESSION_TOKEN: "sentinel",
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "sentinel",
    AWS_CONFIG_FILE: "sentinel",
    MINDSET_API_KEY: "sentinel",
  };

  expect(Object.values(applied(before))).not.toContain("sentinel");
});

test("other variables stay", () => {
  expect(applied({ PATH: "/bin" }).PATH).toBe("/bin");
});
