/** `npm run bench:cost`: prints the README's section on cost, from bench/figures.json; with `-- --write` puts it there. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type CostFigures, toCostSection } from "./cost-section.ts";

const FIGURES = join(import.meta.dirname, "figures.json");
const README = join(import.meta.dirname, "../README.md");

function readFigures(): CostFigures {
  try {
    return JSON.parse(readFileSync(FIGURES, "utf8"));
  } catch (cause) {
    throw new Error("bench/figures.json cannot be read: take it from git again, or have `npm run bench` write it", {
      cause,
    });
  }
}

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
const section = toCostSection(readFigures());
if (values.write) {
  const readme = readFileSync(README, "utf8");
  writeFileSync(
    README,
    readme.replace(/(<!-- cost:.*-->\n)[\s\S]*?(?=\n<!-- end of cost -->)/, (_, begin) => begin + section),
  );
} else {
  console.log(section);
}
