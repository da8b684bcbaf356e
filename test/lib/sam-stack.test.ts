import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { SAM_FUNCTION, writeSamTemplate } from "../../lib/sam-stack.ts";

function readJson(path: string) {
  return JSON.parse(readFileSync(path, "utf8"));
}

describe("the template that SAM reads", () => {
  const outdir = mkdtempSync(join(tmpdir(), "sam-"));
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
  let resources: Record<string, any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  let lambda: any;

  beforeAll(() => {
    resources = readJson(writeSamTemplate(outdir)).Resources;
    lambda = resources[SAM_FUNCTION];
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  test("names the function as bin/sam-invoke.ts does", () => {
    expect(lambda.Type).toBe("AWS::Lambda::Function");
  });

  test("points to the bundled code next to it", () => {
    expect(statSync(join(outdir, lambda.Metadata["aws:asset:path"], "index.js")).size).toBeGreaterThan(10_000);
    expect(lambda.Metadata["aws:asset:property"]).toBe("Code");
  });

  test("declares every variable of the example environment, so that SAM sets it", () => {
    const { Parameters } = readJson("events/env.example.json");
    expect(Object.keys(lambda.Properties.Environment.Variables)).toEqual(
      expect.arrayContaining(Object.keys(Parameters)),
    );
  });

  test("is for this machine's processor", () => {
    expect(lambda.Properties.Architectures).toEqual([process.arch === "arm64" ? "arm64" : "x86_64"]);
  });

  test("contains nothing that can be called from outside", () => {
    const types = Object.values(resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual(["AWS::IAM::Role", "AWS::Lambda::Function", "AWS::Logs::LogGroup"]);
  });
});
