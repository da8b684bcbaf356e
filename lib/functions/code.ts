/** The code of each function, as a CDK asset or as text: prebuilt in the npm package, bundled at synth in the repository. Writes temporary folders. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { DISABLE_ASSET_STAGING_CONTEXT } from "aws-cdk-lib/cx-api";
import type { Construct } from "constructs";
import { bundleFunction, entries, type FunctionName } from "./bundle.ts";

/**
 * A folder with `index.js` and the given files.
 *
 * @param files contents by name, e.g. `{ "grants.json": "{}" }`.
 */
export function functionCode(scope: Construct, name: FunctionName, files: Record<string, string> = {}): Code {
  // False for commands that need no code, such as `cdk ls`, and in tests that skip it.
  if (!Stack.of(scope).bundlingRequired) return Code.fromInline(`// The code of ${entries[name]}`);
  const folder = mkdtempSync(join(tmpdir(), "asset-"));
  // CDK copies it at once, except with `--no-staging`, which leaves its path in the template.
  if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) removeAtExit(folder);
  for (const [file, content] of Object.entries({ ...files, "index.js": inlineCode(name) })) {
    writeFileSync(join(folder, file), content);
  }
  return Code.fromAsset(folder);
}

const texts = new Map<FunctionName, string>();

/** The text of `index.js`. */
export function inlineCode(name: FunctionName): string {
  const text = texts.get(name) ?? prebuiltCode(name) ?? bundleFunction(name);
  texts.set(name, text);
  return text;
}

/** In the npm package, this code is part of lib/index.js, and the functions' code is next to that. */
function prebuiltCode(name: FunctionName): string | undefined {
  const file = join(import.meta.dirname, "assets", name, "index.js");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

const temporaryFolders: string[] = [];

function removeAtExit(folder: string): void {
  if (temporaryFolders.length === 0) process.once("exit", removeTemporaryFolders);
  temporaryFolders.push(folder);
}

function removeTemporaryFolders(): void {
  for (const folder of temporaryFolders) rmSync(folder, { recursive: true, force: true });
}
