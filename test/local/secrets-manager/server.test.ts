import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type FakeSecretsManager, startSecretsManager } from "../../../local/secrets-manager/server.ts";

const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:by-arn-AbCdEf";
let secrets: FakeSecretsManager;
let client: SecretsManagerClient;

beforeAll(async () => {
  secrets = await startSecretsManager({ port: 0, secrets: { "by-name": "value 1", [ARN]: "value 2" } });
  client = new SecretsManagerClient({
    endpoint: secrets.url,
    region: "us-east-1",
    credentials: { accessKeyId: "LOCAL-NOT-A-KEY", secretAccessKey: "local-not-a-secret" },
    maxAttempts: 1,
  });
});
afterEach(() => secrets.recover());
afterAll(async () => {
  client.destroy();
  await secrets.close();
});

function read(id: string, options = {}) {
  return client.send(new GetSecretValueCommand({ SecretId: id }), options);
}

describe("the AWS SDK", () => {
  test("reads a secret by its name and by its ARN", async () => {
    const { Name, ARN: arn = "", SecretString, VersionStages, CreatedDate } = await read("by-name");

    expect({ Name, SecretString, VersionStages }).toEqual({
      Name: "by-name",
      SecretString: "value 1",
      VersionStages: ["AWSCURRENT"],
    });
    expect(Math.abs(Number(CreatedDate) - Date.now())).toBeLessThan(60_000);
    expect((await read(arn)).SecretString).toBe("value 1");
  });

  test("reads a secret that was created with an ARN", async () => {
    expect(await read(ARN)).toMatchObject({ ARN, Name: "by-arn", SecretString: "value 2" });
  });

  test("reads a new version, text or binary", async () => {
    const { VersionId: before } = await read("by-name");
    secrets.setSecretString("by-name", "value 3");
    const { VersionId: after, SecretString } = await read("by-name");
    expect(SecretString).toBe("value 3");
    expect(after).not.toBe(before);

    secrets.setSecretBinary("by-name", Buffer.from([1, 2, 255]));
    const binary = await read("by-name");
    expect(binary.SecretString).toBeUndefined();
    expect(Buffer.from(binary.SecretBinary ?? [])).toEqual(Buffer.from([1, 2, 255]));
  });

  test("stores a new version by name or ARN", async () => {
    const { ARN: arn = "", VersionId: before } = await read("by-name");
    for (const [SecretId, SecretString] of [
      ["by-name", "value 4"],
      [arn, "value 5"],
    ]) {
      const { VersionId, Name } = await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
      expect(VersionId).not.toBe(before);
      expect(Name).toBe("by-name");
      expect(await read("by-name")).toMatchObject({ ARN: arn, Name: "by-name", SecretString, VersionId });
      expect(secrets.secretString("by-name")).toBe(SecretString);
    }
  });

  test("fails with ResourceNotFoundException to store an unknown secret", async () => {
    const put = new PutSecretValueCommand({ SecretId: "unknown", SecretString: "value" });
    await expect(client.send(put)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("fails with ResourceNotFoundException to read an unknown secret", async () => {
    await expect(read("unknown")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("fails with UnknownOperationException for any other operation", async () => {
    await expect(client.send(new ListSecretsCommand())).rejects.toMatchObject({ name: "UnknownOperationException" });
  });

  test("is counted with every read, failed ones included", async () => {
    const before = secrets.reads();
    await read(ARN);
    await read("unknown").catch(() => {});

    expect(secrets.reads() - before).toBe(2);
  });
});

test.each<[string, Record<string, string>]>([
  ["no signature", {}],
  ["another kind of credential", { authorization: "Bearer x" }],
])("fails with MissingAuthenticationTokenException for %s, and does not count it", async (_what, headers) => {
  const before = secrets.reads();
  const response = await fetch(secrets.url, {
    method: "POST",
    headers: { "x-amz-target": "secretsmanager.GetSecretValue", ...headers },
    body: JSON.stringify({ SecretId: ARN }),
  });

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  expect(secrets.reads()).toBe(before);
});

test("fails with SerializationException for a body that is not JSON", async () => {
  const response = await fetch(secrets.url, {
    method: "POST",
    headers: { "x-amz-target": "secretsmanager.GetSecretValue", authorization: "AWS4-HMAC-SHA256 Credential=x" },
    body: "?",
  });

  expect(await response.json()).toEqual({ __type: "SerializationException" });
});

describe("a secret for one access key", () => {
  test("is read with that key only, and cannot be changed", async () => {
    const real = await startSecretsManager({ port: 0, secrets: { "by-name": "real key" }, accessKeyId: "LOCAL1" });
    function clientWith(accessKeyId: string) {
      const credentials = { accessKeyId, secretAccessKey: "any" };
      return new SecretsManagerClient({ endpoint: real.url, region: "us-east-1", credentials, maxAttempts: 1 });
    }
    const [ours, other] = [clientWith("LOCAL1"), clientWith("LOCAL2")];
    const get = new GetSecretValueCommand({ SecretId: "by-name" });
    const put = new PutSecretValueCommand({ SecretId: "by-name", SecretString: "other" });

    await expect(other.send(get)).rejects.toMatchObject({ name: "UnrecognizedClientException" });
    await expect(ours.send(put)).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(await ours.send(get)).toMatchObject({ SecretString: "real key" });
    for (const client of [ours, other]) client.destroy();
    await real.close();
  });
});

describe("a fault", () => {
  test.each([
    [{ error: "AccessDeniedException", message: "not you" }, 400],
    [{ error: "ThrottlingException", message: "Rate exceeded" }, 400],
    [{ error: "InternalServiceError", status: 500 }, 500],
  ])("can be the error %j", async (fault, status) => {
    secrets.fail(fault);

    await expect(read(ARN)).rejects.toMatchObject({ name: fault.error, $metadata: { httpStatusCode: status } });
  });

  test("can affect some reads only", async () => {
    const first = secrets.reads() + 1;
    secrets.fail((count) => (count === first ? { error: "ThrottlingException" } : undefined));

    await expect(read(ARN)).rejects.toMatchObject({ name: "ThrottlingException" });
    expect(await read(ARN)).toMatchObject({ SecretString: "value 2" });
  });

  test("can be a delay", async () => {
    secrets.fail({ delayMs: 120 });
    const before = performance.now();

    expect(await read(ARN)).toMatchObject({ SecretString: "value 2" });
    expect(performance.now() - before).toBeGreaterThanOrEqual(119);
  });

  test("can be no response", async () => {
    secrets.fail({ silence: true });

    await expect(read(ARN, { abortSignal: AbortSignal.timeout(100) })).rejects.toMatchObject({ name: "AbortError" });
  });
});
