import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { readStoredKey } from "../../bin/stored-key.ts";

const client = mockClient(SecretsManagerClient);
beforeEach(() => {
  client.reset();
  client.on(PutSecretValueCommand).resolves({});
});
const failWith = (name: string, message = "") => Object.assign(new Error(message), { name });
const stored = () => client.commandCalls(PutSecretValueCommand).map(({ args: [{ input }] }) => input);

describe("a new key in the secret", () => {
  test.each<[string, string | undefined, string]>([
    ["the bare key", "old-key", "new-key"],
    ["the key in JSON", '{"apiKey":"old-key"}', '{"apiKey":"new-key"}'],
    ["the key among other fields", '{"note":"n","apiKey":"old-key"}', '{"note":"n","apiKey":"new-key"}'],
    ["JSON after a byte order mark", '\ufeff{"note":"n","apiKey":"old-key"}', '{"note":"n","apiKey":"new-key"}'],
    ["JSON that is no object", '"old-key"', "new-key"],
    ["a list", "[]", "new-key"],
    ["null", "null", "new-key"],
    ["bytes", undefined, "new-key"],
  ])("takes the shape of what is there: %s", async (_, SecretString, expected) => {
    client.on(GetSecretValueCommand).resolves({ ...(SecretString !== undefined && { SecretString }) });
    await (await readStoredKey("secret-1")).replace("new-key");
    expect(stored()).toEqual([{ SecretId: "secret-1", SecretString: expected }]);
  });

  test.each([
    ["old-key", true],
    ['{"apiKey":"old-key"}', true],
    ["other-key", false],
    ["", false],
  ])("knows whether the secret holds it already (%j)", async (SecretString, expected) => {
    client.on(GetSecretValueCommand).resolves({ SecretString });
    expect((await readStoredKey("secret-1")).isPresent("old-key")).toBe(expected);
  });

  test("is stored where there was no value yet", async () => {
    const message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
    client.on(GetSecretValueCommand).rejects(failWith("ResourceNotFoundException", message));
    await (await readStoredKey("secret-1")).replace("new-key");
    expect(stored()).toEqual([{ SecretId: "secret-1", SecretString: "new-key" }]);
  });

  test.each(["ResourceNotFoundException", "AccessDeniedException"])(
    "fails before anything is asked when the secret cannot be read (%s)",
    async (name) => {
      client.on(GetSecretValueCommand).rejects(failWith(name));
      await expect(readStoredKey("secret-1")).rejects.toMatchObject({
        name: "SetKeyError",
        message: expect.stringContaining(`could not be read (${name})`),
      });
    },
  );

  test("fails when it cannot be stored, and repeats nothing of AWS's message", async () => {
    client.on(GetSecretValueCommand).resolves({ SecretString: "old-key" });
    client.on(PutSecretValueCommand).rejects(failWith("ValidationException", "Value 'new-key' is not allowed"));
    const replacing = (await readStoredKey("secret-1")).replace("new-key");
    await expect(replacing).rejects.toThrow("could not be written (ValidationException)");
    await expect(replacing).rejects.not.toThrow(/new-key/);
  });
});

test.each([
  ["arn:aws:secretsmanager:ap-south-1:123456789012:secret:mindset-AbCdEf", "ap-south-1"],
  ["arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:mindset-AbCdEf", "cn-north-1"],
])("is asked in the secret's own region (%s)", async (arn, region) => {
  client.on(GetSecretValueCommand).resolves({ SecretString: "old-key" });
  await readStoredKey(arn);
  const [call] = client.commandCalls(GetSecretValueCommand);
  expect(await call?.thisValue.config.region()).toBe(region);
});
