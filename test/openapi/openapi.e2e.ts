import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { requestAccessToken } from "../../local/identity-provider/sign-in.ts";
import { type LocalService, startLocalService } from "../../local/service.ts";
import { captureOutput } from "../support/output.ts";

const root = join(import.meta.dirname, "../..");
const DOCUMENT = join(root, "docs/openapi.json");

// Schemathesis keeps a cache in its working directory.
const folder = mkdtempSync(join(tmpdir(), "openapi-"));
let service: LocalService;
let log: ReturnType<typeof captureOutput>;
beforeAll(async () => {
  log = captureOutput();
  service = await startLocalService();
}, 30_000);
afterAll(async () => {
  log?.restore();
  rmSync(folder, { recursive: true });
  await service?.close();
});

/** Runs an installed Python program; rejects with its output when it fails. */
async function run(program: string, args: string[]): Promise<string> {
  const options = { cwd: folder, env: { ...process.env, PYTHONUTF8: "1", NO_COLOR: "1" }, maxBuffer: 10 * 1024 * 1024 };
  return promisify(execFile)(join(root, ".tools/openapi/bin", program), args, options).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => Promise.reject(new Error(`${stdout}\n${stderr}`)),
  );
}

test("the document is valid OpenAPI 3.1", async () => {
  expect(await run("openapi-spec-validator", [DOCUMENT])).toContain("OK");
});

test("the service answers hundreds of valid and invalid requests as the document says", async () => {
  const token = await requestAccessToken(service.identityProvider.issuer, "ada");
  const output = await run("st", [
    ...["run", DOCUMENT, "--url", new URL(service.endpoint).origin, "--header", `Authorization: Bearer ${token}`],
    // API Gateway answers a method without a route with 404, not with 405.
    ...["--checks", "all", "--exclude-checks", "unsupported_method"],
    ...["--mode", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", "100", "--seed", "1", "--no-color"],
    ...["--warnings", "off"],
  ]);
  expect(output).toMatch(/Tested: 3/);
  expect(output).not.toMatch(/failure|error/i);
}, 180_000);
