import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { PROBE_USER } from "../../bin/set-key/key-probe.ts";
import { sendReply } from "../../local/http/reply.ts";
import { readBody } from "../../local/http/request-body.ts";
import { type LocalServer, startServer } from "../../local/http/server.ts";
import { type FakeMindset, startMindset } from "../../local/mindset/server.ts";
import { type FakeSecretsManager, startSecretsManager } from "../../local/secrets-manager/server.ts";

jest.setTimeout(30_000);

const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset-key-a1B2c3";
let mindset: FakeMindset;
let secretsManager: FakeSecretsManager;
let options: string[];
beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "my-app", apiKeys: ["old-key", "new-key"] });
  secretsManager = await startSecretsManager({ port: 0, secrets: { [SECRET]: "old-key" } });
  options = ["--secret-id", SECRET, "--api-host", `http://127.0.0.1:${mindset.port}`, "--app-uid", "my-app"];
});
beforeEach(() => secretsManager.setSecretString(SECRET, "old-key"));
afterAll(async () => {
  await mindset.close();
  await secretsManager.close();
});

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function start(command: string, args: string[], endpoint = secretsManager.url) {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "LOCAL-NOT-A-KEY",
    AWS_SECRET_ACCESS_KEY: "local-not-a-secret",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
  };
  const child = spawn(command, args, { env });
  children.push(child);
  const seen = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    seen.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    seen.err += chunk;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, seen, ended };
}

/** Runs `npm run set-key`, with the key from a pipe. */
async function pipe(key: string, args = options, endpoint = secretsManager.url) {
  const { child, seen, ended } = start(process.execPath, ["bin/set-key.ts", ...args], endpoint);
  child.stdin?.end(key);
  return { code: await ended, ...seen };
}

describe("npm run set-key, from a pipe", () => {
  test("tries the new key for a probe user, stores it, and says what to do next", async () => {
    const { code, out, err } = await pipe("new-key\n");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(
      /127\.0\.0\.1, application my-app[\s\S]*Stored\. Next:[\s\S]*Wait 6 minutes[\s\S]*revoke the old key/,
    );
    expect(out).not.toContain("new-key");
    expect(secretsManager.secretString(SECRET)).toBe("new-key");
    expect(mindset.users.has(PROBE_USER)).toBe(true);
  });

  test("refuses the key that is stored already, and does not tell to revoke it", async () => {
    const present = secretsManager.secretString(SECRET) ?? "";
    const { code, out, err } = await pipe(present);
    expect(code).toBe(1);
    expect(err).toContain("holds this key already");
    expect(out).not.toContain("revoke");
  });

  test("keeps JSON as it is but for the key", async () => {
    secretsManager.setSecretString(SECRET, '{"apiKey":"old-key","owner":"web"}');
    await pipe("new-key");
    expect(secretsManager.secretString(SECRET)).toBe('{"apiKey":"new-key","owner":"web"}');
  });

  test.each([
    ["a key that Mindset refuses", "sentinel-key", "Mindset refuses this key (403)"],
    ["nothing", "", "That is no API key"],
    ["two lines", "sentinel-1\nsentinel-2", "That is no API key"],
    ["the placeholder", "REPLACE_WITH_YOUR_MINDSET_API_KEY", "That is no API key"],
  ])("fails and stores nothing when it is given %s", async (_, key, why) => {
    const { code, out, err } = await pipe(key);
    expect(code).toBe(1);
    expect(err).toContain(why);
    expect(err).toContain("Nothing was stored.");
    expect(out + err).not.toMatch(/sentinel|REPLACE_WITH/);
    expect(secretsManager.secretString(SECRET)).toBe("old-key");
  });

  test("fails and stores nothing when Mindset is down", async () => {
    mindset.faults.set({ fault: "status-503" });
    const { code, err } = await pipe("new-key");
    mindset.faults.clear();
    expect({ code, stored: secretsManager.secretString(SECRET) }).toEqual({ code: 1, stored: "old-key" });
    expect(err).toContain("could not be checked (UPSTREAM_UNAVAILABLE)");
  });

  test("fails before it reads a key when the secret is not there", async () => {
    const { code, out, err } = await pipe("new-key", [...options, "--secret-id", "nobody"]);
    expect({ code, out }).toEqual({ code: 1, out: "Reading the secret ...\n" });
    expect(err).toContain("could not be read (ResourceNotFoundException)");
  });

  test("refuses a key on the command line, and does not repeat it", async () => {
    const { code, out, err } = await pipe("", [...options, "sentinel-key"]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("The key is never an argument");
    expect(err).not.toContain("sentinel");
  });
});

describe("npm run set-key, where answers are lost", () => {
  /** A proxy that passes everything on, but loses the answers to PutSecretValue. */
  async function startLossyProxy(lose: (response: ServerResponse) => unknown) {
    const proxy = await startServer({
      port: 0,
      listener: async (request, response) => {
        const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, `${value}`]));
        const { "content-length": _, connection: __, ...passedOn } = headers;
        const body = await readBody(request, 65_536);
        const answer = await fetch(secretsManager.url, { method: "POST", headers: passedOn, body: String(body) });
        if (headers["x-amz-target"]?.endsWith("PutSecretValue")) return void lose(response);
        sendReply(response, { status: answer.status, headers: AWS_JSON, body: await answer.text() });
      },
    });
    proxies.push(proxy);
    return proxy;
  }
  const AWS_JSON = { "content-type": "application/x-amz-json-1.1" };
  const proxies: LocalServer[] = [];
  afterEach(async () => {
    secretsManager.recover();
    for (const proxy of proxies.splice(0)) await proxy.close();
  });

  test.each<[string, (response: ServerResponse) => unknown, string]>([
    ["a reset", ({ socket }) => socket?.resetAndDestroy(), "ECONNRESET"],
    ["silence", () => {}, "ETIMEDOUT"],
    ["a 502 of its own", (response) => response.writeHead(502).end("<html>"), "SyntaxError"],
  ])("says that the key is stored when the write was answered with %s", async (_, lose, name) => {
    const { url } = await startLossyProxy(lose);
    const { code, out, err } = await pipe("new-key", options, url);
    expect({ code, err, stored: secretsManager.secretString(SECRET) }).toEqual({ code: 0, err: "", stored: "new-key" });
    expect(out).toContain(`There was no clear answer (${name}). Reading the secret again ...\nStored. Next:`);
  });

  test("does not say that nothing was stored when nobody can tell; a second run can", async () => {
    const { url } = await startLossyProxy((response) => {
      secretsManager.fail({ error: "InternalServiceError", status: 500 });
      response.socket?.resetAndDestroy();
    });
    const first = await pipe("new-key", options, url);
    expect(first.code).toBe(1);
    expect(first.err).toContain("It is not known whether the key was stored.\nRevoke neither");
    expect(first.out + first.err).not.toMatch(/othing was stored|stored nothing|Stored|new-key/);

    secretsManager.recover();
    const second = await pipe("new-key");
    expect(second.err).toMatch(/holds this key already\.[\s\S]*could not tell[\s\S]*: it had\./);
  });

  test.each(["silence", "stalled"])(
    "gives up after 10 s and says so when Secrets Manager meets it with %s",
    async (how) => {
      secretsManager.fail(how === "silence" ? { silence: true } : { stalled: true });
      const began = performance.now();
      const { code, out, err } = await pipe("new-key");
      expect(performance.now() - began).toBeLessThan(13_000);
      expect({ code, out }).toEqual({ code: 1, out: "Reading the secret ...\n" });
      expect(err).toMatch(/Secrets Manager did not answer[\s\S]*This run has stored nothing\.\n$/);
    },
  );

  test("says what it does before it waits", async () => {
    const { out } = await pipe("new-key");
    expect(out).toMatch(
      /^Reading the secret \.\.\.\n[\s\S]*\nTrying the key with 127\.0\.0\.1 \.\.\.\n[\s\S]*\nStoring the key \.\.\.\nStored\./,
    );
  });
});

// util-linux's script gives its command a terminal; macOS has another program of that name.
const hasTerminal = spawnSync("script", ["--version"]).status === 0;

(hasTerminal ? describe : describe.skip)("npm run set-key, at a terminal", () => {
  /** Runs it, and sends what is typed once it asks. */
  async function type(typed: string) {
    const command = [process.execPath, "bin/set-key.ts", ...options].join(" ");
    const { child, seen, ended } = start("script", ["--quiet", "--return", "--command", command, "/dev/null"]);
    while (!seen.out.includes("(not shown): ")) await once(child.stdout ?? child, "data");
    child.stdin?.write(typed);
    return { code: await ended, ...seen };
  }

  test("shows nothing of the key, however it is typed", async () => {
    const { code, out } = await type("new-kex\u007fy\r");
    expect(code).toBe(0);
    expect(out).toContain("Stored. Next:");
    expect(out).not.toMatch(/new|kex|key\r/);
    expect(secretsManager.secretString(SECRET)).toBe("new-key");
  });

  test.each([
    ["Ctrl-C", "sentinel\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("stores nothing when the operator gives up with %s", async (_, typed) => {
    const { code, out } = await type(typed);
    expect(code).toBe(1);
    expect(out).toContain("No key was given; nothing was stored.");
    expect(out).not.toContain("sentinel");
    expect(secretsManager.secretString(SECRET)).toBe("old-key");
  });
});
