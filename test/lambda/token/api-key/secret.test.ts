import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { createSecretReader } from "../../../../lambda/token/api-key/secret.ts";

async function noPause() {}

describe("reading the secret", () => {
  const client = mockClient(SecretsManagerClient);
  afterEach(() => {
    client.reset();
  });

  test("requests that secret", async () => {
    client.on(GetSecretValueCommand, { SecretId: "mindset-api-key" }).resolves({ SecretString: "mk-1" });
    expect(await createSecretReader("mindset-api-key")()).toBe("mk-1");
  });

  test.each([
    ["arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:k-AbCdEf", "ap-southeast-2"],
    ["arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:k-AbCdEf", "cn-north-1"],
  ])("uses the region in the ARN (%s)", async (arn, region) => {
    client.on(GetSecretValueCommand).resolves({ SecretString: "mk-1" });
    await createSecretReader(arn)();
    const used = client.commandCalls(GetSecretValueCommand)[0]?.thisValue as SecretsManagerClient;
    expect(await used.config.region()).toBe(region);
  });

  test.each([
    ["ResourceNotFoundException", "CONFIG_SECRET_NOT_FOUND", 500],
    ["InvalidRequestException", "CONFIG_SECRET_NOT_FOUND", 500],
    ["ValidationError", "CONFIG_SECRET_NOT_FOUND", 500],
    ["AccessDeniedException", "CONFIG_SECRET_ACCESS", 500],
    ["DecryptionFailure", "CONFIG_SECRET_ACCESS", 500],
    ["KMSAccessDeniedException", "CONFIG_SECRET_ACCESS", 500],
    ["KMSDisabledException", "CONFIG_SECRET_ACCESS", 500],
    ["KMSInvalidStateException", "CONFIG_SECRET_ACCESS", 500],
    ["UnrecognizedClientException", "CONFIG_SECRET_ACCESS", 500],
    ["CredentialsProviderError", "CONFIG_SECRET_ACCESS", 500],
    ["ThrottlingException", "SECRET_UNAVAILABLE", 503],
    ["KMSThrottlingException", "SECRET_UNAVAILABLE", 503],
    ["InternalServiceError", "SECRET_UNAVAILABLE", 503],
    ["ExpiredTokenException", "SECRET_UNAVAILABLE", 503],
    ["InvalidSignatureException", "SECRET_UNAVAILABLE", 503],
    ["TimeoutError", "SECRET_UNAVAILABLE", 503],
    ["AccessDenied", "CONFIG_SECRET_ACCESS", 500],
    ["NotAccessDeniedException", "SECRET_UNAVAILABLE", 503],
    ["DisabledExceptionOfAnotherService", "SECRET_UNAVAILABLE", 503],
  ])("%s: fails with %s (%d)", async (name, code, status) => {
    const cause = Object.assign(new Error("sentinel: role/arn"), { name });
    client.on(GetSecretValueCommand).rejects(cause);
    const failure = createSecretReader("mindset-api-key", noPause)();
    const message = expect.stringMatching(
      /^(The secret does not exist|AWS denies access|Secrets Manager is not available).+\.$/,
    );
    await expect(failure).rejects.toMatchObject({ code, status, message, cause: { name } });
    await expect(failure).rejects.not.toThrow("sentinel");
    expect(client.calls()).toHaveLength(status === 503 ? 2 : 1); // only an outage ends by itself
  });

  test("tries again after an outage, with a random pause of at most 100 ms", async () => {
    client.on(GetSecretValueCommand).rejectsOnce("not available").resolves({ SecretString: "mk-1" });
    const pauses: number[] = [];
    const read = createSecretReader("mindset-api-key", async (ms) => pauses.push(ms));
    expect(await read()).toBe("mk-1");
    client.reset();
    client.on(GetSecretValueCommand).rejectsOnce("not available").resolves({ SecretString: "mk-2" });
    expect(await read()).toBe("mk-2");
    expect(pauses.filter((ms) => ms > 0 && ms <= 100)).toHaveLength(2);
    expect(pauses[0]).not.toBe(pauses[1]);
  });

  test("does not try again when the secret is not a key", async () => {
    client.on(GetSecretValueCommand).resolves({ SecretString: "two words" });
    await expect(createSecretReader("mindset-api-key")()).rejects.toMatchObject({ code: "CONFIG_API_KEY_INVALID" });
    expect(client.calls()).toHaveLength(1);
  });

  test("fails with SECRET_UNAVAILABLE on a response without a secret, which something else sent", async () => {
    client.on(GetSecretValueCommand).resolves({});
    const failure = createSecretReader("mindset-api-key", noPause)();
    await expect(failure).rejects.toMatchObject({ code: "SECRET_UNAVAILABLE" });
    expect(client.calls()).toHaveLength(2);
  });

  test("fails with CONFIG_API_KEY_INVALID on a binary secret", async () => {
    client.on(GetSecretValueCommand).resolves({ SecretBinary: Buffer.from("key") as never });
    await expect(createSecretReader("mindset-api-key")()).rejects.toMatchObject({ code: "CONFIG_API_KEY_INVALID" });
  });

  test("fails with SECRET_UNAVAILABLE on anything else that is thrown", async () => {
    client.on(GetSecretValueCommand).callsFake(() => Promise.reject("text"));
    const failure = createSecretReader("mindset-api-key", noPause)();
    await expect(failure).rejects.toMatchObject({ code: "SECRET_UNAVAILABLE" });
  });
});
