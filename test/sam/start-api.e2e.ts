import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ROUTES } from "../../lambda/contract.ts";
import { synth } from "../runtime/cdk.ts";
import { findSixPorts } from "../support/ports.ts";

let sam: ChildProcess;
let output = "";
let url: string;

/** The template of the stack, but for this machine's processor. */
async function synthForThisMachine(): Promise<string> {
  const settings = { apiHost: "a.api.mindset.ai", appUid: "test-app", "signIn.issuer": "https://login.example.com/" };
  const file = await synth("cdk.out/sam-api", { ...settings, "signIn.audience": "test" });
  const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
  writeFileSync(file, readFileSync(file, "utf8").replace('"arm64"', `"${architecture}"`));
  return file;
}

beforeAll(async () => {
  const template = await synthForThisMachine();
  const port = await findSixPorts();
  const args = ["local", "start-api", "--template", template, "--port", String(port), "--skip-pull-image"];
  sam = spawn("sam", args, { stdio: ["ignore", "pipe", "pipe"] });
  url = `http://127.0.0.1:${port}`;
  await new Promise<void>((resolve, reject) => {
    for (const stream of [sam.stdout, sam.stderr]) {
      stream?.on("data", (chunk) => {
        output += chunk;
        if (output.includes(`Running on ${url}`)) resolve();
      });
    }
    sam.on("close", () => reject(new Error(`sam local start-api ended:\n${output}`)));
  });
}, 60_000);

afterAll(async () => {
  if (sam.exitCode !== null || sam.signalCode !== null) return;
  sam.kill("SIGINT"); // as Ctrl-C does, so that it removes its containers
  await once(sam, "close");
}, 60_000);

describe("sam local start-api", () => {
  test("says that it checks no JWT", () => {
    expect(output).toMatch(/Authorizer '\w+' with type 'JWT' is currently not supported/);
  });

  const credentials: Record<string, Record<string, string>> = {
    "no JWT": {},
    "anything as JWT": { authorization: "Bearer eyJ.made-up.jwt" },
  };
  const calls = ROUTES.flatMap((route) =>
    Object.entries(credentials).map(([credential, headers]) => ({ ...route, credential, headers })),
  );
  test.each(calls)(
    "$method $path with $credential is answered with 401 by the function",
    async (call) => {
      const path = call.path.replace("{currentUserId}", "ada");
      const response = await fetch(url + path, { method: call.method, headers: call.headers });

      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: "UNAUTHENTICATED" });
    },
    60_000,
  );
});
