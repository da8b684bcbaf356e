import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { requestAccessToken } from "../../local/identity-provider/sign-in.ts";
import { type LocalService, startLocalService } from "../../local/service.ts";

jest.setTimeout(30_000);

const PAGE = "http://localhost:5173";
let service: LocalService;
let jwt: string;
beforeAll(async () => {
  service = await startLocalService({ pages: [PAGE] });
  jwt = await requestAccessToken(service.identityProvider.issuer, "ada");
});
afterEach(() => service.mindset?.faults.clear());
afterAll(() => service.close());

/** Runs `bin/smoke.ts`, with this on its standard input. */
async function smoke(args: string[], input: string, JWT = "") {
  const child = spawn(process.execPath, ["bin/smoke.ts", ...args], { env: { ...process.env, JWT } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  child.stdin.end(input);
  const [exitCode] = await once(child, "close");
  return { exitCode, output };
}

describe("npm run smoke", () => {
  test("finds that all is well with an endpoint that is set up right", async () => {
    const { exitCode, output } = await smoke(["--url", service.endpoint, "--origin", PAGE], `${jwt}\n`);

    expect(output.split("\n").slice(0, -2)).toEqual([
      "ok      without a JWT: 401",
      "ok      with something made up as JWT: 401",
      "ok      POST with your JWT: 200, a token and nothing else, not to be cached",
      "ok      GET with your JWT: 200, a token and nothing else, not to be cached",
      "ok      with your JWT, for another user: 403",
      `ok      pages of ${PAGE} may call`,
      "ok      pages of elsewhere may not",
      "",
    ]);
    expect(exitCode).toBe(0);
  });

  test("takes the JWT from the variable JWT too, and prints neither it nor the token", async () => {
    const { exitCode, output } = await smoke(["--url", service.endpoint], "", jwt);

    expect(exitCode).toBe(0);
    expect(output).not.toContain(jwt);
    expect(output).not.toContain("local-token-");
  });

  test("fails with what the endpoint says, and goes on", async () => {
    service.mindset?.faults.set({ fault: "status-403" });
    const { exitCode, output } = await smoke(["--url", service.endpoint, "--origin", "https://other.example"], jwt);

    expect(output).toMatch(/^FAILED {2}POST with your JWT.*: the answer is 502 UPSTREAM_ERROR, /m);
    expect(output).toMatch(/^FAILED {2}pages of https:\/\/other\.example may call: .* is absent$/m);
    expect(output).toMatch(/^ok {6}with your JWT, for another user: 403$/m);
    expect(exitCode).toBe(1);
  });

  test("fails when nothing answers", async () => {
    const { exitCode, output } = await smoke(["--url", "http://localhost:1/api/getusertoken"], jwt);

    expect(output).toMatch(/^FAILED {2}without a JWT: 401: fetch failed/m);
    expect(exitCode).toBe(1);
  });

  test.each([
    ["no URL", []],
    ["a URL to which no JWT may go", ["--url", "http://example.com/api/getusertoken"]],
  ])("fails and says how to use it with %s", async (_, args) => {
    const { exitCode, output } = await smoke(args, jwt);

    expect(output).toContain("npm run smoke -- --url URL [--origin ORIGIN]");
    expect(exitCode).toBe(1);
  });

  test("fails when what it was given is no JWT, and does not repeat it", async () => {
    const { exitCode, output } = await smoke(["--url", service.endpoint], "an-api-key-by-mistake\n");

    expect(output).toContain("That is no JWT");
    expect(output).not.toContain("by-mistake");
    expect(exitCode).toBe(1);
  });
});
