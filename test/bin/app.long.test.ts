import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";

function readJson(path: string) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** A folder with our cdk.json, without settings that you may have added there. */
const cwd = mkdtempSync(join(tmpdir(), "synth-"));
const { context, ...cdkJson } = readJson("cdk.json");
const flags = Object.entries(context).filter(([key]) => !key.startsWith("mindset"));
const app = cdkJson.app.replace(/\S*bin\/\S+/g, (file: string) => join(process.cwd(), file));
writeFileSync(join(cwd, "cdk.json"), JSON.stringify({ ...cdkJson, app, context: Object.fromEntries(flags) }));
afterAll(() => rmSync(cwd, { recursive: true }));

interface Outcome {
  exitCode: number;
  output: string;
}

/** Runs `cdk synth` as a developer does, with the Node that runs this test. */
function cdkSynth(...options: string[]): Promise<Outcome> {
  return cdkSynthWith({}, ...options);
}

function cdkSynthWith(environment: Record<string, string>, ...options: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH, CDK_DISABLE_CLI_TELEMETRY: "true", ...environment };
    const args = [join(process.cwd(), "node_modules/aws-cdk/bin/cdk"), "synth", "--quiet", "--no-notices", ...options];
    execFile(process.execPath, args, { cwd, env }, (error, stdout, stderr) =>
      resolve({ exitCode: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

describe("cdk synth", () => {
  test("fails with what to configure and without a stack trace when nothing is configured", async () => {
    const { exitCode, output } = await cdkSynth();
    expect(exitCode).toBe(1);
    for (const setting of ["apiHost", "appUid", "signIn"]) expect(output).toContain(`- ${setting} is missing. Write`);
    expect(output).not.toMatch(/^\s+at /m);
  }, 60_000);

  test("fails with every problem of the configuration", async () => {
    const wrong = ["-c", "mindset.apihost=x", "-c", "mindset.signIn.issuer=http://login.example.com"];
    const { exitCode, output } = await cdkSynth(...wrong);
    expect(exitCode).toBe(1);
    expect(output).toContain("- apihost is not a setting. Write one of apiHost,");
    expect(output).toContain("- signIn.issuer must begin with https://. Write");
  }, 60_000);

  const example: string[] = readJson("package.json").scripts["synth:example"].split(" ").slice(3);

  const environments = JSON.stringify({
    apiHost: "a.api.mindset.ai",
    environments: {
      dev: { appUid: "acme-dev", signIn: { issuer: "https://login.example.com/", audience: "acme" } },
      prod: { appUid: "acme", signIn: { issuer: "https://login.example.com/", audience: "acme" } },
    },
  });

  test("fails with the names of the environments if none is chosen", async () => {
    const { exitCode, output } = await cdkSynth("-c", `mindset=${environments}`);
    expect(exitCode).toBe(1);
    expect(output).toContain("env is missing. Write -c env=dev or -c env=prod;");
  }, 60_000);

  test("creates a template for the chosen environment", async () => {
    const { exitCode } = await cdkSynth("-c", `mindset=${environments}`, "-c", "env=prod");
    expect(exitCode).toBe(0);
    const template = readJson(join(cwd, "cdk.out/MindsetTokenEndpoint-prod.template.json"));
    expect(JSON.stringify(template.Outputs.SetApiKeyCommand)).toContain("--app-uid acme");
  }, 60_000);

  test("fails with findings of cdk-nag that are not acknowledged", async () => {
    const preload = `--import=${new URL("../support/stack/unacknowledged.ts", import.meta.url)}`;
    const { exitCode, output } = await cdkSynthWith({ NODE_OPTIONS: preload }, ...example);
    expect(output).toContain("AwsSolutions-SMG4");
    expect(exitCode).toBe(1);
  }, 60_000);

  test("creates a template for the example in package.json, without findings of cdk-nag", async () => {
    const { exitCode, output } = await cdkSynth(...example);
    expect(output).not.toMatch(/AwsSolutions|WARNING|ERROR/);
    expect(exitCode).toBe(0);
    expect(existsSync(join(cwd, "cdk.out/MindsetTokenEndpoint.template.json"))).toBe(true);
  }, 60_000);
});
