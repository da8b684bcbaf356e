import { once } from "node:events";
import { Agent, createServer, get, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { connectionOptions } from "../../../bin/set-key/connection.ts";
import type { SecretLimits } from "../../../bin/set-key/secret-client.ts";
import { readStoredKey } from "../../../bin/set-key/stored-key.ts";
import { sendReply } from "../../../local/http/reply.ts";
import { readBody } from "../../../local/http/request-body.ts";
import { type LocalServer, startServer } from "../../../local/http/server.ts";
import { type FakeSecretsManager, startSecretsManager } from "../../../local/secrets-manager/server.ts";

const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset-key-a1B2c3";
/** For servers that never answer. */
const SHORT = { connectMs: 300, answerMs: 200, stepMs: 600 };
/** For a server that leaves one of several requests unanswered: a busy machine answers the others in this time. */
const MEDIUM = { connectMs: 5_000, answerMs: 1_000, stepMs: 10_000 };

let secretsManager: FakeSecretsManager;
beforeAll(async () => {
  secretsManager = await startSecretsManager({ port: 0, secrets: { [SECRET]: "old-key" } });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "LOCAL-NOT-A-KEY", AWS_SECRET_ACCESS_KEY: "local-not-a-secret" });
});
beforeEach(() => secretsManager.setSecretString(SECRET, "old-key"));
afterEach(() => secretsManager.recover());
afterAll(() => secretsManager.close());

/** Stores `new-key`, with Secrets Manager at this URL. */
async function replace(url: string, limits?: SecretLimits) {
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = url;
  const reported: string[] = [];
  try {
    const settings = { apiKeySecretId: SECRET, endpointOk: true };
    const stored = await readStoredKey(settings, (line) => reported.push(line), limits);
    if (stored.isPresent("new-key")) return { reported, problem: "already holds this key" };
    await stored.replace("new-key");
    return { reported, problem: undefined };
  } catch (error) {
    return { reported, problem: (error as Error).message };
  }
}

describe("Secrets Manager, when answers are lost", () => {
  const servers: LocalServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  /** Passes every request on, but loses the answers to PutSecretValue. */
  async function startLossyProxy(lose: (response: ServerResponse) => unknown) {
    const proxy = await startServer({
      port: 0,
      listener: async (request, response) => {
        const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
        const body = String(await readBody(request, 65_536));
        const answer = await fetch(secretsManager.url, { method: "POST", headers: headers as HeadersInit, body });
        if (String(headers["x-amz-target"]).endsWith("PutSecretValue")) return void lose(response);
        const type = { "content-type": "application/x-amz-json-1.1" };
        sendReply(response, { status: answer.status, headers: type, body: await answer.text() });
      },
    });
    servers.push(proxy);
    return proxy.url;
  }

  test.each<[string, (response: ServerResponse) => unknown]>([
    ["a reset", ({ socket }) => socket?.resetAndDestroy()],
    ["silence", () => {}],
    ["a 502 of its own", (response) => response.writeHead(502).end("<html>")],
  ])("finds that the key is stored after the write was answered with %s", async (_, lose) => {
    const { reported, problem } = await replace(await startLossyProxy(lose), MEDIUM);
    expect(problem).toBeUndefined();
    expect(secretsManager.secretString(SECRET)).toBe("new-key");
    expect(reported.at(-1)).toMatch(/^There was no clear answer \(\w+\)\. Reading the secret again/);
  });

  test("does not say that nothing was stored when that is not known; a second run finds out", async () => {
    const url = await startLossyProxy((response) => {
      secretsManager.fail({ error: "InternalServiceError", status: 500 });
      response.socket?.resetAndDestroy();
    });
    const { problem } = await replace(url);
    expect(problem).toContain("It is not known whether the key was stored.\nDelete neither");
    expect(problem).not.toMatch(/othing was stored|stored nothing|Stored|new-key/);

    secretsManager.recover();
    expect((await replace(secretsManager.url)).problem).toBe("already holds this key");
  });

  test.each([
    ["silence", { silence: true } as const],
    ["an answer that never ends", { stalled: true } as const],
  ])("fails within the limits on %s, and says so", async (_, fault) => {
    secretsManager.fail(fault);
    const { reported, problem } = await replace(secretsManager.url, SHORT);
    expect(reported).toEqual(["Reading the secret ..."]);
    expect(problem).toMatch(/Secrets Manager did not answer[\s\S]*This run has stored nothing\.$/);
  });
});

describe("the connections of set-key", () => {
  test.each(["localhost", "127.0.0.1", "[::1]"])("never send requests to %s through the proxy", async (host) => {
    const proxied: string[] = [];
    const proxy = createServer(({ url = "" }, response) => {
      proxied.push(url);
      response.end();
    });
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    const { port } = proxy.address() as AddressInfo;
    const environment = { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: "internal.example" };
    const agent = new Agent(connectionOptions(environment));
    async function request(url: string) {
      await new Promise<void>((resolve) => {
        get(url, { agent }, (response) => response.resume().on("end", () => resolve())).on("error", () => resolve());
      });
    }
    await request(`http://${host}:${port}/direct`);
    await request("http://elsewhere.example/proxied");
    proxy.close();
    proxy.closeAllConnections();
    expect(proxied.filter((url) => url !== "/direct")).toEqual(["http://elsewhere.example/proxied"]);
  });
});
