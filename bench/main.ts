/** `npm run bench`: measures the function against what people would use instead; see bench/README.md for its forms. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { barsToMarkdown, toBars, toShortBars } from "./bars.ts";
import { compare } from "./compare.ts";
import { toCostFigures } from "./cost-section.ts";
import { measureLoad } from "./load.ts";
import { toMarkdown } from "./report.ts";
import { startSurroundings } from "./surroundings.ts";
import { buildVariants, OURS } from "./variants.ts";

const RESULTS = join(import.meta.dirname, "results");
/** Kept in git: what `npm run bench:cost` computes from. */
const COST_FIGURES = join(import.meta.dirname, "figures.json");

const main = async (): Promise<number> => {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { check: flag, short: flag, load: flag } });
  const isShort = values.short || values.load;
  if (!isShort) installAlternatives();

  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const surroundings = await startSurroundings(folder);
  try {
    const variants = await buildVariants(folder, { alternatives: !isShort });
    if (values.load) return await measureLoad({ variants, surroundings });

    const figures = await compare({ variants, surroundings, isShort });
    const refusals = await surroundings.refusals();
    if (refusals.length > 0) throw new Error(`requests that were not quite right: ${refusals.join("; ")}`);
    save(values.short ? "short" : "full", figures, toMarkdown(figures));
    if (!values.short) writeFileSync(COST_FIGURES, `${JSON.stringify(toCostFigures(figures, OURS), null, 2)}\n`);

    const bars = values.short ? toShortBars(figures) : toBars(figures);
    console.log(`\n${barsToMarkdown(bars)}`);
    return values.check && !bars.every(({ met }) => met) ? 1 : 0;
  } finally {
    await surroundings.stop();
    rmSync(folder, { recursive: true });
  }
};

const installAlternatives = (): void => {
  const args = ["ci", "--prefix", import.meta.dirname, "--no-audit", "--no-fund", "--silent"];
  const { status } = spawnSync("npm", args, { stdio: "inherit" });
  if (status !== 0) throw new Error("npm could not install what the function is compared with (bench/package.json)");
};

const save = (name: string, figures: unknown, markdown: string): void => {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(join(RESULTS, `${name}.md`), markdown);
  console.log(`\n${markdown}`);
};

process.exitCode = await main();
