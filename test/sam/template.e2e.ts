import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "@jest/globals";
import { createTemplate } from "../../lib/template/template.ts";
import { context, EXAMPLE, PAGES, SIGN_INS } from "../support/stack/synth.ts";

const folder = mkdtempSync(join(tmpdir(), "cfn-lint-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(Object.entries(SIGN_INS))(
  "cfn-lint, which comes with SAM, finds nothing in the template for %s",
  async (_, signIn) => {
    const file = join(folder, "template.json");
    const mindset = { ...EXAMPLE, signIn, allowedOrigins: PAGES, dashboard: true };
    writeFileSync(file, createTemplate({ ...context, mindset }).text);

    // W3005: CDK writes dependencies that are there anyway.
    const { stdout } = await promisify(execFile)("cfn-lint", ["--ignore-checks", "W3005", "--", file]);
    expect(stdout).toBe("");
  },
  60_000,
);
