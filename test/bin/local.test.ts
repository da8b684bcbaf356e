import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { API_KEY_SECRET_NAME } from "../../local/function-environment.ts";
import { type FakeMindset, startMindset } from "../../local/mindset/server.ts";
import { findSixPorts } from "../support/servers/ports.ts";
import { until } from "../support/until.ts";

jest.setTimeout(30_000);

const run = promisify(execFile);
const children: ChildProcess[] = [];
let PORT: string;

beforeAll(async () => {
  PORT = String(await findSixPorts());
});
/** Until their ports are free. */
async function stopAll() {
  await Promise.all(
    children.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    }),
  );
}

/** Runs `bin/local.ts` until everything runs, or it ends. */
async function start(environment: Record<string, string> = {}, { args = [] as string[], stdin = "" } = {}) {
  const child = spawn(process.execPath, ["bin/local.ts", ...args], { env: { ...process.env, PORT, ...environment } });
  child.stdin.end(stdin);
  children.push(child);
  const output = { out: "", err: "" };
  const ended = once(child, "close").then(([code]) => code as number | null);
  const ready = new Promise<void>((resolve) => {
    child.stderr.on("data", (chunk) => {
      output.err += chunk;
    });
    child.stdout.on("data", (chunk) => {
      output.out += chunk;
      if (output.out.includes("Ctrl-C")) resolve();
    });
  });
  await Promise.race([ready, ended]);
  return { child, ended, output };
}

/** Runs a line in a shell, as a developer does in a second terminal. */
async function paste(line: string): Promise<string> {
  return (await run("bash", ["-c", line])).stdout;
}

/** Runs `npm run -s token` without npm, which takes a second. */
function token(user: string) {
  return run(process.execPath, ["bin/token.ts", user], { env: { ...process.env, PORT } }).catch((error) => error);
}

function curlLines(output: string): string[] {
  return output.match(/curl .*getusertoken.*/g) ?? [];
}

describe("npm start", () => {
  let output: Awaited<ReturnType<typeof start>>["output"];
  beforeAll(async () => {
    ({ output } = await start());
  });
  afterAll(stopAll);

  test("prints the endpoint, the provider and a command that gets a token", async () => {
    const [curlAsAda = "", curlAsGrace = ""] = curlLines(output.out);
    const printed = [`http://localhost:${PORT}/api/getusertoken`, `http://localhost:${Number(PORT) + 1}`, curlAsAda];

    const places = printed.map((text) => output.out.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(JSON.parse(await paste(curlAsAda))).toEqual({ authToken: expect.stringMatching(/^local-token-/) });
    await until(() =>
      output.out.includes('\nFake Mindset API: signed in externalId "ada" (name "Ada Lovelace"), a new user\n'),
    );

    await paste(curlAsGrace);
    await until(() => output.out.includes('signed in externalId "x--e1-auth0_7cgrace" (name "Grace Hopper")'));
    expect(output.err).toBe("");
  });

  test("serves a page, and redirects to it from the API", async () => {
    const pageUrl = `http://localhost:${Number(PORT) + 4}`;

    expect(output.out).toContain(`\nPage               ${pageUrl}\n`);
    const { url, status, headers } = await fetch(`http://localhost:${PORT}/`);
    expect([url, status, headers.get("content-type")]).toEqual([`${pageUrl}/`, 200, "text/html; charset=utf-8"]);
  });

  test("prints how to make Mindset fail", async () => {
    const [breakIt = "", , endFault = ""] = output.out.match(/curl .*__fault.*/g) ?? [];
    const [curlAsAda = ""] = curlLines(output.out);

    await paste(breakIt);
    expect(JSON.parse(await paste(curlAsAda))).toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
    await paste(endFault);
    expect(JSON.parse(await paste(curlAsAda))).toHaveProperty("authToken");
  });

  test("shows why API Gateway refused a request", async () => {
    await fetch(`http://localhost:${PORT}/api/getusertoken`, { headers: { authorization: "Bearer a.b.c" } });
    await fetch(`http://localhost:${PORT}/api/getusertoken`, { method: "POST" });

    await until(() => output.out.includes("\nAPI Gateway: GET 401, the token cannot be verified\n"));
    await until(() => output.out.includes("\nAPI Gateway: POST 401, the header authorization is missing\n"));
  });

  test("serves npm run -s token, which prints an access token only", async () => {
    expect((await token("ada")).stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });
});

describe("a run of npm start", () => {
  afterEach(stopAll);

  test.each(["SIGINT", "SIGTERM"] as const)("ends with 0 on %s although connections are open", async (signal) => {
    const { child, ended } = await start();
    await fetch(`http://localhost:${PORT}/api/getusertoken`);

    const before = Date.now();
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(Date.now() - before).toBeLessThan(4_000); // Node closes an idle connection after 5 s
  });

  test("ends when npm gets SIGTERM, which npm passes to its shell only", async () => {
    const npm = spawn("npm", ["start"], { env: { ...process.env, PORT }, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(npm.stdout, "close"); // both have it open
    for await (const chunk of npm.stdout.iterator({ destroyOnReturn: false })) {
      if (String(chunk).includes("Ctrl-C")) break;
    }
    npm.kill("SIGTERM");
    npm.stdout.resume();

    await ended;
    await expect(fetch(`http://127.0.0.1:${PORT}/`)).rejects.toThrow("fetch failed");
  });

  test("runs the sign-in of --sign-in", async () => {
    const { output } = await start({}, { args: ["--sign-in", "oidc"] });
    const [curlAsAda = ""] = curlLines(output.out);

    expect(output.out).toContain("\nSign-in            oidc\n");
    expect(JSON.parse(await paste(curlAsAda))).toHaveProperty("authToken");
  });

  describe("with the real Mindset", () => {
    const ALLOW = ["--allow-any-api-host"];
    let real: FakeMindset;
    beforeAll(async () => {
      real = await startMindset({ port: 0, appUid: "real-app", apiKeys: ["real-key"] });
    });
    afterAll(() => real.close());
    /** As any other program on this machine could try it. */
    async function readSecret() {
      const endpoint = `http://localhost:${Number(PORT) + 3}`;
      const credentials = { accessKeyId: "LOCAL-NOT-A-KEY", secretAccessKey: "local-not-a-secret" };
      const client = new SecretsManagerClient({ endpoint, region: "us-east-1", credentials });
      const get = new GetSecretValueCommand({ SecretId: API_KEY_SECRET_NAME });
      return client.send(get).finally(() => client.destroy());
    }
    function settings() {
      return { MINDSET_API_HOST: real.url, MINDSET_APP_UID: "real-app" };
    }

    test("reads the API key from standard input, gives it to the function only, and calls Mindset", async () => {
      const { output } = await start(settings(), { args: ALLOW, stdin: "real-key\n" });

      expect(output.out).toContain(`Real Mindset       ${real.url}, app real-app`);
      expect(output.out + output.err).not.toMatch(/Fake Mindset|__fault|real-key/);
      const [curlAsAda = ""] = curlLines(output.out);
      expect(JSON.parse(await paste(curlAsAda))).toHaveProperty("authToken");
      expect([...real.users.keys()]).toEqual(["ada"]);
      await expect(readSecret()).rejects.toMatchObject({ name: "UnrecognizedClientException" });
    });

    test.each<[string, Record<string, string>, object, RegExp]>([
      ["without an API key", {}, { args: ALLOW }, /^Invalid API key: expected 1-512 printable ASCII characters/],
      ["for an unknown API host", {}, { stdin: "real-key" }, /would get your API key.*--allow-any-api-host\n$/],
      [
        "with a key in the environment",
        { MINDSET_API_KEY: "real-key" },
        { args: ALLOW },
        /^MINDSET_API_KEY is set, but/,
      ],
    ])("fails %s", async (_what, environment, options, message) => {
      const { ended, output } = await start({ ...settings(), ...environment }, options);

      expect(await ended).toBe(1);
      expect(output.err).toMatch(message);
      expect(output.err).not.toContain("real-key");
    });
  });

  test("lets containers reach the fake services with HOST=0.0.0.0, and prints a warning", async () => {
    const { child, ended, output } = await start({ HOST: "0.0.0.0" });
    function isReachable(offset: number) {
      return fetch(`http://127.0.0.2:${Number(PORT) + offset}`).then(
        () => true,
        () => false,
      );
    }

    expect(output.err).toContain("Warning: with HOST=0.0.0.0, your network can reach");
    expect(await Promise.all([0, 1, 2, 3].map(isReachable))).toEqual([false, false, true, true]);
    child.kill("SIGTERM");
    await ended; // the next test takes its ports
  });

  test("fails with one message if a port is taken, and leaves nothing running", async () => {
    const other = await startMindset({ port: Number(PORT) + 2, appUid: "a", apiKeys: [] });
    const { ended, output } = await start();

    expect(await ended).toBe(1);
    await other.close();
    expect(output.out).toBe("");
    expect(output.err).toBe(
      `Port ${other.port} is already in use. Stop the program that uses it, or choose other ports: PORT=4000 npm start uses 4000 to 4005.\n`,
    );
  });

  test("prints how to use it with --help, and starts nothing", async () => {
    const { stdout } = await run(process.execPath, ["bin/local.ts", "--help"]);
    expect(stdout).toMatch(/^Usage: npm start -- /);
  });

  test("fails with one line for each invalid setting", async () => {
    const { ended, output } = await start({ PORT: "http", MINDSET_APP_UID: "my-app" });

    expect(await ended).toBe(1);
    expect(output.err.split("\n")).toEqual([
      'PORT is "http"; it must be a number from 1 to 65530, e.g. 3000.',
      "MINDSET_API_HOST is missing. To call the real Mindset, set both; to call the fake one, set neither.",
      "",
    ]);
  });
});

describe("npm run -s token", () => {
  test("prints how to use it with --help", async () => {
    expect(await token("--help")).toMatchObject({ stdout: expect.stringMatching(/^Usage: .* ada, grace/) });
  });

  test.each(["mallory", "toString", ""])("fails for %j, and names the users", async (user) => {
    expect(await token(user)).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "Usage: npm run -s token -- NAME, where NAME is ada, grace or alan.\n",
    });
  });

  test("fails if nothing runs, and says what to do", async () => {
    expect(await token("ada")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^The identity provider at http:\/\/localhost:\d+ does not answer. Run npm start .*\n$/,
      ),
    });
  });
});
