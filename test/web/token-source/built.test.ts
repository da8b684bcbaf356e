import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../../..");
const built = join(root, "dist/web/token-source/index.js");
beforeAll(() => void execFileSync("npm", ["run", "-s", "build:web"], { cwd: root }), 60_000);

test("the built file has at most 2 kB gzipped", () => {
  expect(gzipSync(readFileSync(built)).length).toBeLessThanOrEqual(2000);
});

test("it is one module that needs no other", () => {
  expect(readFileSync(built, "utf8")).not.toMatch(/\bimport\b|\brequire\b/);
});

test("it makes token sources", async () => {
  const { createTokenSource } = await import(built);
  const source = createTokenSource({ endpoint: "https://api.example.com/", getAccessToken: () => undefined });

  await expect(source.getAuthToken()).rejects.toMatchObject({ code: "SIGN_IN_REQUIRED" });
});

test("its types lie beside it, and tell right from wrong without Node's", () => {
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
  import { createTokenSource, TokenSourceError } from "../web/token-source/index.js";
  const source = createTokenSource({ endpoint: "https://api.example.com/", getAccessToken: async () => "a" });
  const token: Promise<string> = source.getAuthToken();
  token.catch((error) => error instanceof TokenSourceError && error.code === "UPSTREAM_TIMEOUT");
  // @ts-expect-error there is no such code
  token.catch((error) => error instanceof TokenSourceError && error.code === "NO_SUCH_CODE");
  // @ts-expect-error it needs an endpoint
  createTokenSource({ getAccessToken: async () => "a" });
`;
