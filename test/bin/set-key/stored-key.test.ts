import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { readStoredKey } from "../../../bin/set-key/stored-key.ts";

const client = mockClient(SecretsManagerClient);
let reported: string[] = [];
function read(secretId: string) {
  return readStoredKey({ apiKeySecretId: secretId, endpointOk: false }, (line) => void reported.push(line));
}
beforeAll(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "LOCAL-NOT-A-KEY", AWS_SECRET_ACCESS_KEY: "local-not-a-secret" });
});
beforeEach(() => {
  reported = [];
  client.reset();
  client.on(PutSecretValueCommand).resolves({});
});
function failWith(name: string, message = "") {
  return Object.assign(new Error(message), { name });
}
/** AWS rejects the attempt of that number. */
function refusal(name: string, { attempts = 1, message = "" } = {}) {
  return Object.assign(failWith(name, message), {
    $fault: "client" as const,
    $metadata: { httpStatusCode: 400, attempts },
  });
}
function stored() {
  return client.commandCalls(PutSecretValueCommand).map(({ args: [{ input }] }) => input);
}

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
  ])("keeps the shape of the present value: %s", async (_, SecretString, expected) => {
    client.on(GetSecretValueCommand).resolves({ SecretString });
    await (await read("secret-1")).replace("new-key");
    expect(stored()).toEqual([{ SecretId: "secret-1", SecretString: expected }]);
  });

  test.each([
    ["old-key", true],
    ['{"apiKey":"old-key"}', true],
    ["other-key", false],
    ["", false],
  ])("tells whether the secret already holds it (%j)", async (SecretString, expected) => {
    client.on(GetSecretValueCommand).resolves({ SecretString });
    expect((await read("secret-1")).isPresent("old-key")).toBe(expected);
  });

  test.each(["ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT"])("fails and says to check the network for %s", async (code) => {
    client.on(GetSecretValueCommand).rejects(Object.assign(failWith("Error"), { code }));
    await expect(read("secret-1")).rejects.toThrow(`(${code}). Secrets Manager did not answer.\nCheck the network`);
  });

  test("is stored where there was no value yet", async () => {
    const message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
    client.on(GetSecretValueCommand).rejects(failWith("ResourceNotFoundException", message));
    await (await read("secret-1")).replace("new-key");
    expect(stored()).toEqual([{ SecretId: "secret-1", SecretString: "new-key" }]);
  });

  test.each(["ResourceNotFoundException", "AccessDeniedException"])(
    "fails when the secret cannot be read (%s)",
    async (name) => {
      client.on(GetSecretValueCommand).rejects(failWith(name));
      await expect(read("secret-1")).rejects.toMatchObject({
        name: "SetKeyError",
        message: expect.stringContaining(`could not be read (${name})`),
      });
    },
  );

  test("fails when AWS rejects the write, and does not repeat AWS's message", async () => {
    client.on(GetSecretValueCommand).resolves({ SecretString: "old-key" });
    const message = "Value 'new-key' is not allowed";
    client.on(PutSecretValueCommand).rejects(refusal("ValidationException", { message }));
    const replacing = (await read("secret-1")).replace("new-key");
    await expect(replacing).rejects.toThrow(
      /could not be written \(ValidationException\)[\s\S]*This run has stored nothing\.$/,
    );
    await expect(replacing).rejects.not.toThrow(/new-key/);
    expect(client.commandCalls(GetSecretValueCommand)).toHaveLength(1);
  });
});

describe("a write without a clear answer", () => {
  const UNCLEAR: [string, Error][] = [
    ["no answer in time", Object.assign(failWith("TimeoutError"), { code: "ETIMEDOUT" })],
    ["a reset connection", Object.assign(failWith("TimeoutError"), { code: "ECONNRESET" })],
    ["5xx", Object.assign(failWith("InternalServiceError"), { $fault: "server" })],
    ["a rejected second attempt, which says nothing about the first", refusal("ThrottlingException", { attempts: 2 })],
    ["a 4xx that AWS does not send", refusal("Unknown")],
  ];
  const OLD = '{"apiKey":"old-key"}';

  /** The secret holds `OLD`, the write fails, and then the secret is read again. */
  async function replaceAndRead(again: { SecretString: string } | Error, writeError = UNCLEAR[0]?.[1]) {
    const reads = client.on(GetSecretValueCommand).resolvesOnce({ SecretString: OLD });
    if (again instanceof Error) reads.rejects(again);
    else reads.resolves(again);
    client.on(PutSecretValueCommand).rejects(writeError);
    return (await read("secret-1")).replace("new-key");
  }

  test.each(UNCLEAR)("is a success when the secret holds the new key: %s", async (_, error) => {
    await replaceAndRead({ SecretString: '{"apiKey":"new-key"}' }, error);
    expect(reported).toEqual([
      "Reading the secret ...",
      "Storing the key ...",
      expect.stringMatching(/^There was no clear answer \(\w+\)\. Reading the secret again \.\.\.$/),
    ]);
  });

  test.each<[string, { SecretString: string } | Error, RegExp]>([
    ["the secret still holds the old key", { SecretString: OLD }, /still holds its earlier value/],
    ["the secret holds a third key", { SecretString: "third-key" }, /neither the new key nor its earlier value/],
    ["the secret cannot be read", failWith("InternalServiceError"), /\(InternalServiceError\).* not known whether/],
  ])("fails and says to delete no key when %s", async (_, again, expected) => {
    const error = (await replaceAndRead(again).catch((thrown) => thrown)) as Error;
    expect(error.name).toBe("SetKeyError");
    expect(error.message).toMatch(expected);
    expect(error.message).toMatch(/Delete (neither|no key)[\s\S]* run the command again/i);
    expect(error.message).not.toMatch(/stored nothing|Nothing was stored|old-key|new-key|third-key/);
  });
});

test.each([
  ["arn:aws:secretsmanager:ap-south-1:123456789012:secret:mindset-AbCdEf", "ap-south-1"],
  ["arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:mindset-AbCdEf", "cn-north-1"],
])("reads the secret in the region of its ARN (%s)", async (arn, region) => {
  client.on(GetSecretValueCommand).resolves({ SecretString: "old-key" });
  await read(arn);
  const [call] = client.commandCalls(GetSecretValueCommand);
  expect(await call?.thisValue.config.region()).toBe(region);
});
