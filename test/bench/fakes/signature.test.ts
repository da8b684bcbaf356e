import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { type ExpectedSigner, type SignedRequest, verifySignature } from "../../../bench/fakes/signature.ts";

const EXPECTED = {
  region: "eu-west-1",
  service: "secretsmanager",
  secretAccessKey: "not-a-secret",
  sessionToken: "not-a-token",
};
let request: SignedRequest;

/** A request as the AWS SDK signs it. */
beforeAll(async () => {
  const client = new SecretsManagerClient({
    region: EXPECTED.region,
    endpoint: "https://localhost:4566",
    credentials: { accessKeyId: "ASIATEST", ...EXPECTED },
    requestHandler: {
      handle: async ({ method, path, headers, body }: SignedRequest) => {
        const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
        request = { method, path, headers: Object.fromEntries(lowerCase), body };
        throw new Error("not sent");
      },
    },
  });
  await expect(client.send(new GetSecretValueCommand({ SecretId: "a secret" }))).rejects.toThrow("not sent");
});

function verify(changed: Partial<SignedRequest> = {}, expected: Partial<ExpectedSigner> = {}) {
  return verifySignature({ ...request, ...changed }, { ...EXPECTED, now: Date.now(), ...expected });
}
function withHeaders(headers: SignedRequest["headers"]) {
  return { headers: { ...request.headers, ...headers } };
}

describe("a signature", () => {
  test("is the one that the AWS SDK computes", () => {
    expect(verify()).toBe("ASIATEST");
  });

  test("fails when anything that it covers was changed", () => {
    const WRONG = /^signature: [0-9a-f]{64} in place of [0-9a-f]{64}$/;
    expect(() => verify({ body: "{}" })).toThrow(WRONG);
    expect(() => verify({ method: "PUT" })).toThrow(WRONG);
    expect(() => verify({ path: "/other" })).toThrow(WRONG);
    expect(() => verify(withHeaders({ "x-amz-target": "secretsmanager.PutSecretValue" }))).toThrow(WRONG);
    expect(() => verify({}, { secretAccessKey: "another" })).toThrow(WRONG);
  });

  test("fails when it is well-formed and nothing else", () => {
    const authorization = String(request.headers.authorization).replace(/[0-9a-f]{64}$/, "0".repeat(64));
    expect(() => verify(withHeaders({ authorization }))).toThrow("signature: 0000");
  });

  test("fails for another time, region, service or session, without any, and with a header that is not signed", () => {
    expect(() => verify({}, { now: Date.now() + 600_000 })).toThrow("x-amz-date");
    expect(() => verify(withHeaders({ "x-amz-date": undefined }))).toThrow('x-amz-date: ""');
    expect(() => verify({}, { region: "us-east-1" })).toThrow("scope: ");
    expect(() => verify({}, { service: "s3" })).toThrow("scope: ");
    expect(() => verify({}, { sessionToken: "another" })).toThrow("the session token");
    expect(() => verify(withHeaders({ authorization: undefined }))).toThrow("no signature");
    expect(() => verify(withHeaders({ "x-amz-more": "1" }))).toThrow("not signed: x-amz-more");
  });
});
