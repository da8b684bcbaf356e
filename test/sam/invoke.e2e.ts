import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { API_KEY_SECRET_NAME } from "../../local/function-environment.ts";
import { type FakeMindset, startMindset } from "../../local/mindset/server.ts";
import { type FakeSecretsManager, startSecretsManager } from "../../local/secrets-manager/server.ts";

jest.setTimeout(120_000); // SAM takes some seconds, and a minute when it builds its layer

const API_KEY = "test-key-of-the-sam-tests";
const folder = mkdtempSync(join(tmpdir(), "sam-e2e-"));
let mindset: FakeMindset;
let secretsManager: FakeSecretsManager;

beforeAll(async () => {
  const host = "0.0.0.0"; // where a container reaches them
  mindset = await startMindset({ host, port: 0, appUid: "local-app", apiKeys: [API_KEY] });
  secretsManager = await startSecretsManager({ host, port: 0, secrets: { [API_KEY_SECRET_NAME]: API_KEY } });
});
afterAll(async () => {
  await Promise.all([mindset?.close(), secretsManager?.close()]);
  rmSync(folder, { recursive: true });
});

/** The same as `events/env.example.json`, on the ports that were free. */
function writeEnvironment(): string {
  const file = join(folder, "env.json");
  const Parameters = {
    MINDSET_API_HOST: `http://host.docker.internal:${mindset.port}`,
    MINDSET_APP_UID: "local-app",
    MINDSET_API_KEY_SECRET_ARN: API_KEY_SECRET_NAME,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://host.docker.internal:${secretsManager.port}`,
  };
  writeFileSync(file, JSON.stringify({ Parameters }));
  return file;
}

/** `npm run sam:invoke`, and the function's answer: all that SAM writes to its standard output. */
function samInvoke(event: string) {
  return new Promise<{ statusCode: number; body: string }>((resolve, reject) => {
    const args = ["bin/sam-invoke.ts", event, "--env-vars", writeEnvironment(), "--skip-pull-image"];
    execFile(process.execPath, args, (_error, stdout, stderr) => {
      const answer = stdout.trim().split("\n").at(-1) ?? "";
      if (answer.startsWith("{")) resolve(JSON.parse(answer));
      else reject(new Error(`no answer from SAM:\n${stdout}\n${stderr}`)); // its exit code is 0 all the same
    });
  });
}

describe("npm run sam:invoke", () => {
  test.each([
    ["signed-in.json", 200, { authToken: expect.stringMatching(/^local-token-/) }],
    ["auth0-subject.json", 200, { authToken: expect.stringMatching(/^local-token-/) }],
    ["no-authorizer.json", 401, { code: "UNAUTHENTICATED" }],
    ["wrong-body.json", 400, { code: "INVALID_REQUEST" }],
  ])("events/%s is answered with %i", async (event, status, body) => {
    const answer = await samInvoke(`events/${event}`);

    expect(answer.statusCode).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject(body);
  });

  test("the container has reached Mindset, as the two users that the events name", () => {
    expect([...mindset.users.keys()]).toEqual(["ada", "x--e1-auth0_7c5f7c8ec7c33c6c004bbafe82"]);
  });

  test("a failure of Mindset is answered as the contract specifies", async () => {
    mindset.faults.set({ fault: "status-429", retryAfter: "7" });
    const { statusCode, body } = await samInvoke("events/signed-in.json");

    expect([statusCode, JSON.parse(body).code]).toEqual([503, "UPSTREAM_RATE_LIMITED"]);
  });
});
