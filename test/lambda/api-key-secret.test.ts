import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { createSecretReader, parseApiKey } from "../../lambda/api-key-secret.ts";
import { API_KEY_PLACEHOLDER } from "../../lambda/contract.ts";

describe("the value of the secret", () => {
  test.each([
    ["the bare key", "mk-1234"],
    ["the key and a line break", "mk-1234\n"],
    ["the key and a Windows line break", "mk-1234\r\n"],
    ["JSON", '{"apiKey":"mk-1234"}'],
    ["the key after a byte order mark", "\uFEFFmk-1234"],
    ["JSON after a byte order mark", '\uFEFF{"apiKey":"mk-1234"}'],
    ["JSON with more in it", ' {"apiKey":"mk-1234\\n","note":"rotated in May"}\n'],
  ])("may be %s", (_, SecretString) => {
    expect(parseApiKey({ SecretString })).toBe("mk-1234");
  });

  test("may be a key of 512 characters", () => {
    expect(parseApiKey({ SecretString: "k".repeat(512) })).toHaveLength(512);
  });

  test.each([[API_KEY_PLACEHOLDER], [`${API_KEY_PLACEHOLDER}\n`], [JSON.stringify({ apiKey: API_KEY_PLACEHOLDER })]])(
    "fails with CONFIG_API_KEY_NOT_SET while it is the placeholder (%j)",
    (SecretString) => {
      expect(() => parseApiKey({ SecretString })).toThrow(
        expect.objectContaining({ code: "CONFIG_API_KEY_NOT_SET", publicCode: "SERVICE_MISCONFIGURED" }),
      );
    },
  );

  test.each<[string, string | undefined, string]>([
    ["binary", undefined, "is binary, not text"],
    ["empty", "", "is empty"],
    ["a line break", "\n", "is empty"],
    ["JSON with an empty key", '{"apiKey":" "}', "is empty"],
    ["JSON with the wrong field", '{"api_key":"sentinel"}', 'without a string "apiKey"'],
    ["JSON with a number", '{"apiKey":7}', 'without a string "apiKey"'],
    ["JSON with an inherited field", '{"__proto__":{"apiKey":"sentinel"}}', 'without a string "apiKey"'],
    ["broken JSON", '{"apiKey":"sentinel', "begins like JSON"],
    ["not ASCII", "sentinel-é", "other than printable ASCII"],
    ["two lines", "sentinel\nsentinel", "other than printable ASCII"],
    ["two words", "sentinel sentinel", "other than printable ASCII"],
    ["a control character", "sentinel\u0000", "other than printable ASCII"],
    ["513 characters", "k".repeat(513), "longer than 512"],
  ])("fails with CONFIG_API_KEY_INVALID when it is %s, and does not repeat it", (_, SecretString, why) => {
    const refused = expect.objectContaining({ code: "CONFIG_API_KEY_INVALID", message: expect.stringContaining(why) });
    expect(() => parseApiKey({ SecretString })).toThrow(refused);
    expect(() => parseApiKey({ SecretString })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("sentinel") }),
    );
  });
});

describe("reading the secret", () => {
  const client = mockClient(SecretsManagerClient);
  afterEach(() => {
    client.reset();
  });

  test("asks for that one secret", async () => {
    client.on(GetSecretValueCommand, { SecretId: "mindset-api-key" }).resolves({ SecretString: "mk-1" });
    expect(await createSecretReader("mindset-api-key")()).toBe("mk-1");
  });

  test.each([
    ["arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:k-AbCdEf", "ap-southeast-2"],
    ["arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:k-AbCdEf", "cn-north-1"],
  ])("asks in the region that the ARN names (%s)", async (arn, region) => {
    client.on(GetSecretValueCommand).resolves({ SecretString: "mk-1" });
    await createSecretReader(arn)();
    const asked = client.commandCalls(GetSecretValueCommand)[0]?.thisValue as SecretsManagerClient;
    expect(await asked.config.region()).toBe(region);
  });

  test.each([
    ["ResourceNotFoundException", "CONFIG_SECRET_NOT_FOUND", 500],
    ["InvalidRequestException", "CONFIG_SECRET_NOT_FOUND", 500],
    ["AccessDeniedException", "CONFIG_SECRET_ACCESS", 500],
    ["DecryptionFailure", "CONFIG_SECRET_ACCESS", 500],
    ["CredentialsProviderError", "CONFIG_SECRET_ACCESS", 500],
    ["ThrottlingException", "SECRET_UNAVAILABLE", 503],
    ["InternalServiceError", "SECRET_UNAVAILABLE", 503],
    ["TimeoutError", "SECRET_UNAVAILABLE", 503],
  ])("fails on %s with %s (%d)", async (name, code, status) => {
    const cause = Object.assign(new Error("sentinel: role/arn"), { name });
    client.on(GetSecretValueCommand).rejects(cause);
    const failure = createSecretReader("mindset-api-key")();
    await expect(failure).rejects.toMatchObject({ code, status, message: expect.not.stringContaining("sentinel") });
  });

  test("fails with SECRET_UNAVAILABLE on whatever else is thrown", async () => {
    client.on(GetSecretValueCommand).callsFake(() => Promise.reject("text"));
    await expect(createSecretReader("mindset-api-key")()).rejects.toMatchObject({ code: "SECRET_UNAVAILABLE" });
  });
});
