/** Builds and finds AWS's runtime client for Node.js; a minimal one of our own replaces it where it cannot be built. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The script that Node runs to serve events with a function. */
export interface RuntimeClient {
  name: string;
  /** Path of the script. */
  entry: string;
  /** False for our own bootstrap. */
  isAws: boolean;
}

const VERSION = "4.0.2";
const FOLDER = join(import.meta.dirname, "../../../.tools/aws-lambda-ric");
const PACKAGE = join(FOLDER, "node_modules/aws-lambda-ric");
const NATIVE_PART = join(PACKAGE, "rapid-client.node");
const BUILD_TOOLS = ["cmake", "make", "c++", "xz", "python3"];

/** @returns the client that {@link buildRuntimeClient} built, else our own. */
export function findRuntimeClient(): RuntimeClient {
  return existsSync(NATIVE_PART)
    ? { name: `aws-lambda-ric`, entry: join(PACKAGE, "index.mjs"), isAws: true }
    : { name: "our own bootstrap", entry: join(import.meta.dirname, "bootstrap.cjs"), isAws: false };
}

/** Why AWS's client cannot be built here; undefined when it can. */
export function whyNotBuilt(): string | undefined {
  if (process.platform !== "linux") return "aws-lambda-ric is built on Linux alone";
  const missing = BUILD_TOOLS.filter((tool) => spawnSync("which", [tool], { stdio: "ignore" }).status !== 0);
  return missing.length > 0 ? `to build aws-lambda-ric, there is no ${missing.join(", ")}` : undefined;
}

/**
 * Installs AWS's client into a separate folder, unless it is there. Compiling its native part takes a minute or two.
 *
 * @throws Error with the end of npm's output when that fails.
 */
export function buildRuntimeClient(): void {
  if (existsSync(NATIVE_PART)) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(
    join(FOLDER, "package.json"),
    JSON.stringify({ private: true, allowScripts: { "aws-lambda-ric": true } }),
  );
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--foreground-scripts", `aws-lambda-ric@${VERSION}`];
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd: FOLDER, encoding: "utf8", timeout: 600_000 });
  if (status === 0 && existsSync(NATIVE_PART)) return;
  throw new Error(`npm could not build aws-lambda-ric (exit code ${status}):\n${(stdout + stderr).slice(-3000)}`);
}
