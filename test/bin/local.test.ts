import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { startMindset } from "../../local/mindset/server.ts";
import { findFivePorts } from "../support/ports.ts";

jest.setTimeout(30_000);

const run = promisify(execFile);
const children: ChildProcess[] = [];
let PORT: string;

beforeAll(async () => {
  PORT = String(await findFivePorts());
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Runs `bin/local.ts` until it says that everything runs, or ends. */
async function start(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["bin/local.ts"], { env: { ...process.env, PORT, ...environment } });
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

/** Does in a shell what a developer does in a second terminal. */
async function paste(line: string): Promise<string> {
  return (await run("bash", ["-c", line])).stdout;
}

function curlLines(output: string): string[] {
  return output.match(/curl .*getusertoken.*/g) ?? [];
}

describe("npm start", () => {
  test("prints the endpoint, the provider and a line to paste, which answers with a token", async () => {
    const { output } = await start();
    const [curlAsAda = "", curlAsGrace = ""] = curlLines(output.out);
    const promised = [`http://localhost:${PORT}/api/getusertoken`, `http://localhost:${Number(PORT) + 1}`, curlAsAda];

    const places = promised.map((text) => output.out.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(JSON.parse(await paste(curlAsAda))).toEqual({ authToken: expect.stringMatching(/^local-token-/) });
    expect(output.out).toContain('\nMindset stand-in: signed in externalId "ada" (name "Ada Lovelace"), a new user\n');

    await paste(curlAsGrace);
    expect(output.out).toContain('signed in externalId "x--e1-auth0_7cgrace" (name "Grace Hopper")');
    expect(output.err).toBe("");
  });

  test("serves a page, and leads there from the address of the API", async () => {
    const { output } = await start();
    const pageUrl = `http://localhost:${Number(PORT) + 4}`;

    expect(output.out).toContain(`\nPage               ${pageUrl}\n`);
    const { url, status, headers } = await fetch(`http://localhost:${PORT}/`);
    expect([url, status, headers.get("content-type")]).toEqual([`${pageUrl}/`, 200, "text/html; charset=utf-8"]);
  });

  test("prints how to make Mindset fail, and that works too", async () => {
    const { output } = await start();
    const [breakIt = "", , mendIt = ""] = output.out.match(/curl .*__fault.*/g) ?? [];
    const [curlAsAda = ""] = curlLines(output.out);

    await paste(breakIt);
    expect(JSON.parse(await paste(curlAsAda))).toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
    await paste(mendIt);
    expect(JSON.parse(await paste(curlAsAda))).toHaveProperty("authToken");
  });

  test.each(["SIGINT", "SIGTERM"] as const)("ends with 0 on %s, although connections are open", async (signal) => {
    const { child, ended } = await start();
    await fetch(`http://localhost:${PORT}/api/getusertoken`);

    const before = Date.now();
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(Date.now() - before).toBeLessThan(2000);
  });

  test("ends when npm is told to stop, which ends its shell only", async () => {
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

  test("calls the real Mindset when told of it, and says so", async () => {
    const real = await startMindset({ port: 0, appUid: "real-app", apiKeys: ["real-key"] });
    const { output } = await start({
      MINDSET_API_HOST: real.url,
      MINDSET_APP_UID: "real-app",
      MINDSET_API_KEY: "real-key",
    });

    expect(output.out).toContain(`The real Mindset   ${real.url}, app real-app`);
    expect(output.out).not.toMatch(/stand-in|__fault|real-key/);
    const [curlAsAda = ""] = curlLines(output.out);
    expect(JSON.parse(await paste(curlAsAda))).toHaveProperty("authToken");
    expect([...real.users.keys()]).toEqual(["ada"]);
    await real.close();
  });

  test("lets containers reach Mindset and Secrets Manager with HOST=0.0.0.0, and warns of it", async () => {
    const { child, ended, output } = await start({ HOST: "0.0.0.0" });
    function isReachable(offset: number) {
      return fetch(`http://127.0.0.2:${Number(PORT) + offset}`).then(
        () => true,
        () => false,
      );
    }

    expect(output.err).toContain("Warning, HOST=0.0.0.0: containers reach the stand-ins");
    expect(await Promise.all([0, 1, 2, 3].map(isReachable))).toEqual([false, false, true, true]);
    child.kill("SIGTERM");
    await ended; // the next test takes its ports
  });

  test("fails with one clear message when a port is taken, and leaves nothing running", async () => {
    const other = await startMindset({ port: Number(PORT) + 2, appUid: "a", apiKeys: [] });
    const { ended, output } = await start();

    expect(await ended).toBe(1);
    expect(output.out).toBe("");
    expect(output.err).toBe(
      `Port ${other.port} is already in use. Stop the program that has it, or choose others: PORT=4000 npm start takes 4000 to 4004.\n`,
    );
    await other.close();
  });

  test("fails with one clear message when its settings are wrong", async () => {
    const { ended, output } = await start({ PORT: "http", MINDSET_APP_UID: "my-app" });

    expect(await ended).toBe(1);
    expect(output.err.split("\n")).toEqual([
      'PORT is "http"; it must be a number from 1 to 65531, e.g. 3000.',
      "To call the real Mindset, set MINDSET_API_HOST, MINDSET_APP_UID, MINDSET_API_KEY; missing: MINDSET_API_HOST, MINDSET_API_KEY.",
      "To call the stand-in, set none of them.",
      "",
    ]);
  });
});

describe("npm run -s token", () => {
  function token(user: string) {
    return run("npm", ["run", "-s", "token", "--", user], { env: { ...process.env, PORT } }).catch((error) => error);
  }

  test("prints an access token and nothing else", async () => {
    await start();

    expect((await token("ada")).stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  test.each(["mallory", "toString", ""])("fails and names the users when asked for %j", async (user) => {
    expect(await token(user)).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "Whose token? npm run -s token -- NAME, where NAME is ada or grace.\n",
    });
  });

  test("fails and says what to do when nothing runs", async () => {
    expect(await token("ada")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^No identity provider answers at http:\/\/localhost:\d+: run "npm start".*\n$/),
    });
  });
});
