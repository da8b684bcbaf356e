/** `npm run bench`: compares the function with a minimal handler and with common alternatives. See docs/performance.md. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRuntimeClient } from "../test/support/lambda-runtime/runtime-client.ts";
import { startFakes } from "./fakes/environment.ts";
import { compare } from "./measure/compare.ts";
import { measureLoad } from "./measure/load.ts";
import { type Options, parseOptions } from "./options.ts";
import { toMarkdown } from "./report/report.ts";
import { thresholdsToMarkdown, toShortThresholds, toThresholds } from "./report/thresholds.ts";
import { BenchError, handleSignals, inTime, stopReason, UsageError } from "./run.ts";
import { buildVariants } from "./variants/build.ts";

/** One process serves all of the load run, for minutes, so it refreshes the key several times. */
const READS_UNDER_LOAD = 10;
const RESULTS = join(import.meta.dirname, "results");
const INSTALL_LIMIT = { limitMs: 10 * 60_000, orElse: "npm did not finish (bench/package.json)" };

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (process.platform !== "linux") throw new UsageError("The benchmark runs on Linux only: it reads /proc.");
  handleSignals();
  if (!options.short && !options.load) await installAlternatives();

  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    return await measure(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, { check, short, load, nodeFlags }: Options): Promise<number> {
  const { variants, ours, deployment } = await buildVariants(folder, { alternatives: !short && !load });
  const fakes = await startFakes(folder, deployment);
  try {
    if (load) {
      const exitCode = await measureLoad({ variant: ours, fakes, nodeFlags });
      await fakes.assertConsistent(READS_UNDER_LOAD);
      return exitCode;
    }
    const { memoryMb } = deployment;
    const { figures, samples } = await compare({ variants, fakes, nodeFlags, memoryMb, isShort: short });
    await fakes.assertConsistent();
    save(short ? "short" : "full", { figures, samples });
    const thresholds = short ? toShortThresholds(figures) : toThresholds(figures);
    console.log(`\n${thresholdsToMarkdown(thresholds)}`);
    if (!findRuntimeClient().isAws) console.log(`\n${OWN_BOOTSTRAP}`);
    return check && !thresholds.every(({ met }) => met) ? 1 : 0;
  } finally {
    await fakes.stop();
  }
}

const OWN_BOOTSTRAP = `The thresholds apply to AWS's runtime client, which "npm run test:runtime" builds. With the minimal client of this project
ratios are higher: cold by about 0.1, warm by about 0.5.`;

async function installAlternatives(): Promise<void> {
  const args = ["ci", "--prefix", import.meta.dirname, "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = spawn("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  try {
    const [status] = await inTime(once(npm, "exit"), INSTALL_LIMIT);
    if (status !== 0) throw new BenchError("npm could not install the alternatives (bench/package.json)");
  } finally {
    npm.kill();
  }
}

function save(name: string, { figures, samples }: Awaited<ReturnType<typeof compare>>): void {
  const markdown = toMarkdown(figures);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(join(RESULTS, `${name}-samples.json`), `${JSON.stringify(samples)}\n`);
  writeFileSync(join(RESULTS, `${name}.md`), markdown);
  console.log(`\n${markdown}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  const cause = stopReason() ?? error;
  console.error(cause instanceof BenchError ? `\n${cause.message}` : cause);
  process.exitCode = cause instanceof BenchError ? cause.exitCode : 1;
}
