import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";

const root = mkdtempSync(join(tmpdir(), "code-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Synthesizes a stack with a function's code in a process of its own. */
function filesLeftBySynth(context: object): { temporary: string[]; assets: string[] } {
  const TMPDIR = mkdtempSync(join(root, "tmp-"));
  const outdir = mkdtempSync(join(root, "cdk.out-"));
  const script = `
    import { App, Stack } from "aws-cdk-lib";
    import { functionCode } from "./lib/functions/code.ts";
    const app = new App(${JSON.stringify({ outdir, context, analyticsReporting: false, builtinCloudFormationValidation: false })});
    const stack = new Stack(app, "Test");
    functionCode(stack, "authorizer", { "more.json": "{}" }).bind(stack);
    app.synth();`;
  execFileSync(process.execPath, ["--input-type=module", "-e", script], { env: { ...process.env, TMPDIR } });
  const [temporary = [], assets = []] = [TMPDIR, outdir].map((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /^asset.*\.js/.test(name)),
  );
  return { temporary, assets };
}

test("leaves no temporary folder behind: CDK has a copy", () => {
  const code = [expect.stringMatching(/index\.js$/), expect.stringMatching(/more\.json$/)];
  expect(filesLeftBySynth({})).toEqual({ temporary: [], assets: code });
});

test("leaves the temporary folder with --no-staging, which makes no copy", () => {
  const code = [expect.stringMatching(/index\.js$/), expect.stringMatching(/more\.json$/)];
  expect(filesLeftBySynth({ "aws:cdk:disable-asset-staging": true })).toEqual({ temporary: code, assets: [] });
});
