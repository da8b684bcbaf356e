/** `npm run bench`: measures the function against what people would use instead; see bench/README.md for its forms. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { barsToMarkdown, toBars, toShortBars } from "./bars.ts";
import { compare } from "./compare.ts";
import { toCostFigures } from "./cost-section.ts";
import { BenchError, UsageError } from "./errors.ts";
import { heedSignals, inTime, whyStopped } from "./in-time.ts";
import { measureLoad } from "./load.ts";
import { type Options, parseOptions } from "./options.ts";
import { toMarkdown } from "./report.ts";
import { runtimeClient } from "./runtime-client.ts";
import { startSurroundings } from "./surroundings.ts";
import { buildVariants } from "./variants.ts";

// Minutes in one process: the key is read again from time to time.
const READS_UNDER_LOAD = 10;
const RESULTS = join(import.meta.dirname, "results");
/** Kept in git: what `npm run bench:cost` computes from. */
const COST_FIGURES = join(import.meta.dirname, "figures.json");
const INSTALL_LIMIT = { limitMs: 10 * 60_000, orElse: "npm installed nothing (bench/package.json)" };

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (process.platform !== "linux") throw new UsageError("the benchmark runs on Linux alone: it reads /proc");
  heedSignals();
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
  const surroundings = await startSurroundings(folder, deployment);
  try {
    if (load) {
      const exitCode = await measureLoad({ variant: ours, surroundings, nodeFlags });
      await surroundings.assertAllRight(READS_UNDER_LOAD);
      return exitCode;
    }
    const { memoryMb } = deployment;
    const { figures, samples } = await compare({ variants, surroundings, nodeFlags, memoryMb, isShort: short });
    await surroundings.assertAllRight();
    save(short ? "short" : "full", { figures, samples });
    // Not those of a trial with flags of one's own.
    const isForCost = !short && nodeFlags.length === 0;
    if (isForCost) writeFileSync(COST_FIGURES, `${JSON.stringify(toCostFigures(figures, ours.name), null, 2)}\n`);

    const bars = short ? toShortBars(figures) : toBars(figures);
    console.log(`\n${barsToMarkdown(bars)}`);
    if (runtimeClient.note) console.log(`\n${runtimeClient.note}`);
    return check && !bars.every(({ met }) => met) ? 1 : 0;
  } finally {
    await surroundings.stop();
  }
}

async function installAlternatives(): Promise<void> {
  const args = ["ci", "--prefix", import.meta.dirname, "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = spawn("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  try {
    const [status] = await inTime(once(npm, "exit"), INSTALL_LIMIT);
    if (status !== 0)
      throw new BenchError("npm could not install what the function is compared with (bench/package.json)");
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
  const cause = whyStopped() ?? error;
  console.error(cause instanceof BenchError ? `\n${cause.message}` : cause);
  process.exitCode = cause instanceof BenchError ? cause.exitCode : 1;
}
