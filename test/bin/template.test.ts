import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { afterAll, expect, test } from "@jest/globals";

/** Runs `npm run template`. */
function template(...args: string[]) {
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, ["bin/template.ts", ...args], (error, stdout, stderr) =>
      resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

const FILE = "dist/template-test-only.json";
afterAll(() => rmSync(FILE, { force: true }));

test("writes the template of an environment, and prints how to deploy it", async () => {
  const settings = { appUid: "acme", environments: { "test-only": { nameClaim: "nickname" } } };
  const { exitCode, stdout } = await template("-c", `mindset=${JSON.stringify(settings)}`, "-c", "env=test-only");

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Wrote ${FILE} \\(\\d+ kB\\)\\.\n`));
  expect(stdout).toContain(`--template-file ${FILE} --stack-name MindsetTokenEndpoint-test-only `);
  expect(stdout).toMatch(/^ {2}AppUid {12}The uid of your Mindset application \(default: acme\)$/m);
  expect(stdout).toContain("--parameter-overrides ApiHost=... Issuer=... Audience=...\n");
  expect(JSON.parse(readFileSync(FILE, "utf8")).Parameters.AppUid.Default).toBe("acme");
});

test("fails with every problem of the settings and without a stack trace", async () => {
  const { exitCode, stderr } = await template("-c", "mindset.appUid=your-app-uid", "-c", "mindset.grants=grants.json");

  expect(exitCode).toBe(1);
  expect(stderr).toContain("- appUid is still the placeholder.");
  expect(stderr).toContain("- grants is not possible in a template");
  expect(stderr).not.toContain("cdk.json");
  expect(stderr).not.toMatch(/^\s+at /m);
});

test.each([["-c", "mindset.apiHost"], ["--wrong"], ["settings.json"]])(
  "fails with its usage for %s %s",
  async (...args) => {
    const { exitCode, stdout, stderr } = await template(...args.filter(Boolean));
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: npm run template");
  },
);

test("--help prints its usage", async () => {
  expect(await template("--help")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Usage: npm run template/),
  });
});
