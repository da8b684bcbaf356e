import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { defaultProvider } from "../../../lambda/aws-sdk/credentials.ts";

const NAMES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

describe("AWS credentials", () => {
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of NAMES) delete process.env[name];
  });
  afterEach(() => {
    for (const name of NAMES) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  test("are read from the environment at each call", async () => {
    const provider = defaultProvider();
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIA1", AWS_SECRET_ACCESS_KEY: "secret" });
    expect(await provider()).toEqual({ accessKeyId: "AKIA1", secretAccessKey: "secret" });
    process.env.AWS_SESSION_TOKEN = "session";
    expect(await provider()).toMatchObject({ sessionToken: "session" });
  });

  test.each([[{}], [{ AWS_ACCESS_KEY_ID: "AKIA1" }], [{ AWS_SECRET_ACCESS_KEY: "secret" }]])(
    "fail with the SDK's CredentialsProviderError when they are missing (%j)",
    async (environment) => {
      Object.assign(process.env, environment);
      await expect(defaultProvider()()).rejects.toMatchObject({ name: "CredentialsProviderError" });
    },
  );
});
