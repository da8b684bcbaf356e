/** Edge (processes): the CDK CLI, run as a developer runs it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** This repository's folder. */
export const root = join(import.meta.dirname, "../..");

/** The stack's name, and that of its template. */
export const STACK = "MindsetTokenEndpoint";

/** Settings as in `cdk.json`, e.g. `{ apiHost: "localhost:40123", allowAnyApiHost: true }`. */
export type DeploymentSettings = Record<string, string | number | boolean>;

/**
 * Runs one command of the CLI.
 *
 * @param environment all of it. @default - this process's own
 * @returns what it printed, on both streams.
 * @throws Error with that output when the command fails.
 */
export async function cdk(args: string[], environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const cli = join(root, "node_modules/aws-cdk/bin/cdk");
  const env = { ...environment, CDK_DISABLE_CLI_TELEMETRY: "true" };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [cli, "--no-notices", ...args], {
    cwd: root,
    env,
  });
  return stdout + stderr;
}

/** Settings as command-line options of the CDK CLI. */
export function toOptions(settings: DeploymentSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `mindset.${name}=${value}`]);
}

/** `cdk synth`; gives the template's path. */
export async function synth(outdir: string, settings: DeploymentSettings): Promise<string> {
  await cdk(["synth", "--quiet", "--output", outdir, ...toOptions(settings)]);
  return join(root, outdir, `${STACK}.template.json`);
}
