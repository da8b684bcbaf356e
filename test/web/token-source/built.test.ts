import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../../..");
const built = join(root, "dist/web/token-source/index.js");
beforeAll(() => void execFileSync("npm", ["run", "-s", "build:web"], { cwd: root }), 60_000);

test("the built file has at most 2.3 kB gzipped", () => {
  expect(gzipSync(readFileSync(built)).length).toBeLessThanOrEqual(2300);
});

test("it imports no other module", () => {
  expect(readFileSync(built, "utf8")).not.toMatch(/\bimport\b|\brequire\b/);
});

test("it creates token sources", async () => {
  const { createTokenSource } = await import(built);
  const source = createTokenSource({ endpoint: "https://api.example.com/", getAccessToken: () => undefined });

  await expect(source.getAuthToken()).rejects.toMatchObject({ code: "SIGN_IN_REQUIRED" });
});

test("its types are next to it, and need neither Node's types nor React's", () => {
  const folder = mkdtempSync(join(root, "dist/types-test-"));
  writeFileSync(join(folder, "page.ts"), PAGE);
  try {
    const options = [
      "--ignoreConfig",
      "--noEmit",
      "--strict",
      "--types",
      "",
      "--lib",
      "es2024,dom",
      "--module",
      "es2022",
    ];
    const args = ["tsc", ...options, "--moduleResolution", "bundler", join(folder, "page.ts")];
    expect(execFileSync("npx", args, { cwd: root, encoding: "utf8" })).toBe("");
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

const PAGE = `
  import type {} from "../web/token-source/mindset.js";
  import { createTokenSource, TokenSourceError } from "../web/token-source/index.js";
  const source = createTokenSource({ endpoint: "https://api.example.com/", getAccessToken: async () => "a" });
  mindset.init({ appUid: "app", getAuthToken: source.getAuthToken });
  const token: Promise<string> = source.getAuthToken();
  token.catch((error) => error instanceof TokenSourceError && error.code === "UPSTREAM_TIMEOUT");
  // @ts-expect-error there is no such code
  token.catch((error) => error instanceof TokenSourceError && error.code === "NO_SUCH_CODE");
  // @ts-expect-error the endpoint is missing
  createTokenSource({ getAccessToken: async () => "a" });
  createTokenSource({ endpoint: "/api/getusertoken", credentials: "include", renewSession: () => fetch("/renew") });
  // @ts-expect-error either an access token or cookies
  createTokenSource({ endpoint: "/api/getusertoken", credentials: "include", getAccessToken: async () => "a" });
`;
