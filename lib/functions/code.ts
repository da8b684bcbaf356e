/** The code of each function, as a CDK asset or as text: prebuilt in the npm package, bundled at synth in the repository. Writes temporary folders. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { bundleFunction, entries, type FunctionName } from "./bundle.ts";

/**
 * The folder with `index.js` and the given files.
 *
 * @param files contents by name, e.g. `{ "grants.json": "{}" }`.
 */
export function functionCode(scope: Construct, name: FunctionName, files: Record<string, string> = {}): Code {
  // False for commands that need no code, such as `cdk ls`, and in tests that skip it.
  if (!Stack.of(scope).bundlingRequired) return Code.fromInline(`// The code of ${entries[name]}`);
  const folder = builtFolder(name);
  return Code.fromAsset(Object.keys(files).length > 0 ? withFiles(folder, files) : folder);
}

/** The text of `index.js`. */
export function inlineCode(name: FunctionName): string {
  return readFileSync(join(builtFolder(name), "index.js"), "utf8");
}

const bundled = new Map<FunctionName, string>();

function builtFolder(name: FunctionName): string {
  // In the npm package this code is part of lib/index.js, and the folder is next to that.
  const prebuilt = join(import.meta.dirname, "assets", name);
  if (existsSync(prebuilt)) return prebuilt;
  const folder = bundled.get(name) ?? temporaryFolder();
  if (!bundled.has(name)) bundleFunction(name, folder);
  bundled.set(name, folder);
  return folder;
}

function withFiles(source: string, files: Record<string, string>): string {
  const folder = temporaryFolder();
  copyFileSync(join(source, "index.js"), join(folder, "index.js"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "asset-"));
}
