import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { readBody } from "../../local/http/request-body.ts";
import { type FakeMindset, startMindset } from "../../local/mindset/server.ts";
import { type FakeSecretsManager, startSecretsManager } from "../../local/secrets-manager/server.ts";
import { createCertificate } from "../support/servers/tls.ts";

jest.setTimeout(30_000);

const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mindset-key-a1B2c3";
let mindset: FakeMindset;
let secretsManager: FakeSecretsManager;
let options: string[];
beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "my-app", apiKeys: ["old-key", "new-key"] });
  secretsManager = await startSecretsManager({ port: 0, secrets: { [SECRET]: "old-key" } });
  const mindsetHost = `http://127.0.0.1:${mindset.port}`;
  options = ["--secret-id", SECRET, "--api-host", mindsetHost, "--app-uid", "my-app", "--endpoint-ok"];
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

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "LOCAL-NOT-A-KEY", AWS_SECRET_ACCESS_KEY: "local-not-a-secret" };

function start(command: string, args: string[], environment: Record<string, string> = {}) {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "none",
    AWS_SHARED_CREDENTIALS_FILE: "none",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    ...environment,
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
async function pipe(key: string, args = options, environment: Record<string, string> = CREDENTIALS) {
  const { child, seen, ended } = start(process.execPath, ["bin/set-key.ts", ...args], environment);
  child.stdin?.end(key);
  return { code: await ended, ...seen };
}

describe("npm run set-key, from a pipe", () => {
  test("checks the key without changing anything at Mindset, stores it, and says what to do next", async () => {
    const { code, out, err } = await pipe("new-key\n");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n")).toEqual([
      "Reading the secret ...",
      "The key will be checked with 127.0.0.1, application my-app.",
      "Checking the key with 127.0.0.1 ...",
      "Mindset accepts the key: it listed the application's agents.",
      "Storing the key ...",
      "Stored. Next:",
      expect.stringContaining("Wait 6 minutes"),
      expect.stringContaining("delete the old key at Mindset"),
      "",
    ]);
    expect(secretsManager.secretString(SECRET)).toBe("new-key");
    expect(mindset.users.size).toBe(0);
  });

  test("fails for the key that is stored already, and does not say to delete it", async () => {
    const { code, out, err } = await pipe("old-key");
    expect(code).toBe(1);
    expect(err).toContain("already holds this key");
    expect(out).not.toContain("delete");
  });

  test.each([
    ["a key that Mindset rejects", "sentinel-key", "Mindset rejects this key (403)"],
    ["two lines", "sentinel-1\nsentinel-2", "Invalid API key"],
    ["the placeholder", "REPLACE_WITH_YOUR_MINDSET_API_KEY", "Invalid API key"],
  ])("fails and stores nothing when it is given %s", async (_, key, why) => {
    const { code, out, err } = await pipe(key);
    expect(code).toBe(1);
    expect(err).toContain(why);
    expect(err).toContain("Nothing was stored.");
    expect(out + err).not.toMatch(/sentinel|REPLACE_WITH/);
    expect(secretsManager.secretString(SECRET)).toBe("old-key");
  });

  test("fails before it reads a key when the secret does not exist", async () => {
    const { code, out, err } = await pipe("new-key", [...options, "--secret-id", "no-such-secret"]);
    expect({ code, out }).toEqual({ code: 1, out: "Reading the secret ...\n" });
    expect(err).toContain("could not be read (ResourceNotFoundException)");
  });

  test("fails and does not repeat a key on the command line", async () => {
    const { code, out, err } = await pipe("", [...options, "sentinel-key"]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("Do not write the key on the command line");
    expect(err).not.toContain("sentinel");
  });

  test("prints how to use it with --help", async () => {
    const { code, out } = await pipe("", ["--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: npm run set-key -- --secret-id ARN/);
  });
});

describe("npm run set-key, on a machine that is set up otherwise", () => {
  const folder = mkdtempSync(join(tmpdir(), "aws-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"])(
    "fails and names an endpoint that is not AWS's, without --endpoint-ok (%s)",
    async (variable) => {
      const args = options.filter((option) => option !== "--endpoint-ok");
      const environment = { ...CREDENTIALS, AWS_ENDPOINT_URL_SECRETS_MANAGER: "", [variable]: secretsManager.url };
      const reads = secretsManager.reads();
      const { code, err } = await pipe("new-key", args, environment);
      expect(code).toBe(1);
      expect(err).toContain(`Secrets Manager is set to ${secretsManager.url}, which is not AWS's`);
      expect(err).toContain("--endpoint-ok");
      expect(secretsManager.reads()).toBe(reads);
    },
  );

  test.each([
    ["no credentials", "", "", "No AWS credentials were found. Run: aws sso login (or aws configure)"],
    [
      "an SSO session that has ended",
      "sso",
      "[profile sso]\nsso_session=corp\nsso_account_id=123456789012\nsso_role_name=dev\n[sso-session corp]\nsso_start_url=https://corp.awsapps.com/start\nsso_region=eu-west-1\n",
      "Your AWS SSO session has ended. Run: aws sso login --profile sso",
    ],
    [
      "a profile that needs an MFA code",
      "admin",
      "[profile admin]\nrole_arn=arn:aws:iam::123456789012:role/admin\nsource_profile=base\nmfa_serial=arn:aws:iam::123456789012:mfa/ada\n[profile base]\naws_access_key_id=AKIALOCAL\naws_secret_access_key=local\n",
      "aws configure export-credentials --profile admin --format env",
    ],
  ])("fails and says which command helps with %s", async (_, AWS_PROFILE, config, advice) => {
    const AWS_CONFIG_FILE = join(folder, `config-${AWS_PROFILE}`);
    writeFileSync(AWS_CONFIG_FILE, config);
    const { code, err } = await pipe("new-key", options, {
      AWS_CONFIG_FILE,
      HOME: folder,
      ...(AWS_PROFILE && { AWS_PROFILE }),
    });
    expect(code).toBe(1);
    expect(err).toContain(advice);
    expect(err).toContain("This run has stored nothing.");
  });

  test("fails when certificates are not verified", async () => {
    const { code, err } = await pipe("new-key", options, { ...CREDENTIALS, NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect(code).toBe(1);
    expect(err).toContain("NODE_TLS_REJECT_UNAUTHORIZED=0 is set: the key could be sent to an impostor.");
    expect(secretsManager.secretString(SECRET)).toBe("old-key");
  });

  test("reaches AWS and Mindset through HTTPS_PROXY", async () => {
    const hosts: Record<string, { url: string; key: string; cert: string }> = {
      "secretsmanager.eu-west-1.amazonaws.com": {
        url: secretsManager.url,
        ...(await createCertificate({ name: "secretsmanager.eu-west-1.amazonaws.com" })),
      },
      "a.api.mindset.ai": { url: mindset.url, ...(await createCertificate({ name: "a.api.mindset.ai" })) },
    };
    const NODE_EXTRA_CA_CERTS = join(folder, "ca.pem");
    writeFileSync(
      NODE_EXTRA_CA_CERTS,
      Object.values(hosts)
        .map(({ cert }) => cert)
        .join("\n"),
    );
    const proxy = createServer();
    const connects: string[] = [];
    proxy.on("connect", ({ url = "" }: IncomingMessage, socket: Duplex) => {
      connects.push(url);
      const { url: target = "", key, cert } = hosts[url.replace(":443", "")] ?? {};
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      const inner = createServer(async (request, response) => {
        const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
        const body = request.method === "POST" ? String(await readBody(request, 65_536)) : undefined;
        const answer = await fetch(target + request.url, {
          method: request.method,
          headers: headers as HeadersInit,
          body,
        });
        response.writeHead(answer.status, { "content-type": String(answer.headers.get("content-type")) });
        response.end(await answer.text());
      });
      inner.emit("connection", new TLSSocket(socket as never, { isServer: true, key, cert }));
    });
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    const { port } = proxy.address() as AddressInfo;
    const args = ["--secret-id", SECRET, "--api-host", "a.api.mindset.ai", "--app-uid", "my-app"];
    const { code, err } = await pipe("new-key", args, {
      ...CREDENTIALS,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: "",
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      NODE_EXTRA_CA_CERTS,
    });
    proxy.close();
    proxy.closeAllConnections();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(new Set(connects)).toEqual(new Set(Object.keys(hosts).map((host) => `${host}:443`)));
    expect(secretsManager.secretString(SECRET)).toBe("new-key");
  });
});

// util-linux's script gives its command a terminal; macOS has another program of that name.
const hasTerminal = spawnSync("script", ["--version"]).status === 0;

(hasTerminal ? describe : describe.skip)("npm run set-key, at a terminal", () => {
  /** Runs it, and sends what is typed once it asks. */
  async function type(typed: string) {
    const command = [process.execPath, "bin/set-key.ts", ...options].join(" ");
    const { child, seen, ended } = start(
      "script",
      ["--quiet", "--return", "--command", command, "/dev/null"],
      CREDENTIALS,
    );
    while (!seen.out.includes("(not shown): ")) await Promise.race([once(child.stdout ?? child, "data"), ended]);
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
  ])("stores nothing when the operator cancels with %s", async (_, typed) => {
    const { code, out } = await type(typed);
    expect(code).toBe(1);
    expect(out).toContain("Canceled. Nothing was stored.");
    expect(out).not.toContain("sentinel");
    expect(secretsManager.secretString(SECRET)).toBe("old-key");
  });
});
