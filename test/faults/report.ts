/**
 * `npm run test:faults`: every experiment at full size. Prints what was measured, in Markdown, and exits 1 when anything
 * was not as promised. `npm run test:faults -- load isolation` runs only those.
 */
import { availableParallelism, cpus } from "node:os";
import { KEY, LOAD, UPSTREAM } from "./experiments.ts";
import { toMarkdown } from "./findings.ts";

const EXPERIMENTS = { ...UPSTREAM, ...KEY, ...LOAD };

let unhandled = 0;
process.on("unhandledRejection", () => {
  unhandled += 1;
});

async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(EXPERIMENTS, name));
  if (unknown.length > 0) {
    console.error(
      `No experiment is called ${unknown.join(" or ")}. There are: ${Object.keys(EXPERIMENTS).join(", ")}.`,
    );
    return 1;
  }
  console.log(
    `Node.js ${process.version}, ${availableParallelism()} CPUs (${cpus()[0]?.model}), ${new Date().toISOString().slice(0, 10)}\n`,
  );
  const began = performance.now();
  let missed = 0;
  for (const [name, { run }] of Object.entries(EXPERIMENTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const findings = await run("full");
    missed += findings.misses.length;
    console.log(toMarkdown(findings));
  }
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(`${missed} promises missed, ${unhandled} unhandled rejections, ${seconds} s`);
  return missed + unhandled > 0 ? 1 : 0;
}

process.exit(await main(process.argv.slice(2))); // the functions would keep their connections open
