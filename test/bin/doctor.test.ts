import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { requestAccessToken } from "../../local/identity-provider/sign-in.ts";
import { type LocalService, startLocalService } from "../../local/service.ts";

jest.setTimeout(30_000);

let service: LocalService;
let token: string;
beforeAll(async () => {
  service = await startLocalService();
  token = await requestAccessToken(service.identityProvider.issuer, "ada");
});
afterAll(() => service.close());

async function doctor(args: string[], input = "", environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["bin/doctor.ts", ...args], { env: { ...process.env, ...environment } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdin.end(input);
  const [exitCode] = await once(child, "close");
  return { exitCode, stdout, stderr };
}

describe("npm run doctor", () => {
  test("finds nothing wrong with npm start, and prints no token", async () => {
    const { exitCode, stdout } = await doctor(["--url", service.endpoint, "--token", "-"], `${token}\n`);
    expect(stdout).toMatch(/^pass {4}a Mindset token by POST$/m);
    expect(stdout).toMatch(/^skipped CORS: no origin is known; add --origin/m);
    expect(stdout).toMatch(/\nNothing failed\.\n$/);
    expect(stdout).not.toMatch(/eyJ|local-token-/);
    expect(exitCode).toBe(0);
  });

  test("prints one JSON document with --json, and exits with 1 when something fails", async () => {
    const args = ["--url", service.endpoint, "--origin", "https://new.example", "--json"];
    const { exitCode, stdout } = await doctor(args);
    const { ok, checks } = JSON.parse(stdout);
    expect({ ok, exitCode }).toEqual({ ok: false, exitCode: 1 });
    expect(checks).toContainEqual({
      check: "CORS preflight for https://new.example",
      status: "fail",
      detail: "allow-origin is absent",
      advice: expect.stringContaining("allowedOrigins"),
    });
  });

  test("checks an endpoint on this machine by its IPv6 address too, over HTTP", async () => {
    const { exitCode, stdout } = await doctor(["--url", "http://[::1]:1/"]);
    expect(stdout).toMatch(/^FAIL {4}DNS and connection/m);
    expect(exitCode).toBe(1);
  });

  test("lists what is missing in cdk.json with --config", async () => {
    const { exitCode, stderr } = await doctor(["--config"]);
    expect(stderr).toContain("appUid is missing");
    expect(exitCode).toBe(1);
  });

  test.each<[string, string[], RegExp, Record<string, string>?]>([
    ["nothing to check", [], /^Usage: npm run doctor/],
    ["an unknown option", ["--urls", "x"], /Unknown option '--urls'[\s\S]*Usage:/],
    ["a URL to which no token may go", ["--url", "http://example.com/"], /--url must begin with https:/],
    ["a token as argument", ["--url", "https://example.com/", "--token", "sentinel"], /Do not write the token/],
    ["a token without its option", ["sentinel"], /Do not write the token/],
    ["unverified TLS", ["--url", "https://example.com/"], /Unset it\./, { NODE_TLS_REJECT_UNAUTHORIZED: "0" }],
  ])("fails with exit code 2 for %s", async (_, args, message, environment = {}) => {
    const { exitCode, stdout, stderr } = await doctor(args, "", environment);
    expect(stderr).toMatch(message);
    expect(stdout + stderr).not.toContain("sentinel");
    expect(exitCode).toBe(2);
  });

  test("prints how to use it with --help", async () => {
    const { exitCode, stdout } = await doctor(["--help"]);
    expect(stdout).toMatch(/^Usage: npm run doctor/);
    expect(exitCode).toBe(0);
  });
});
