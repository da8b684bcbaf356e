/** Edge (stdout): the size of a scenario, and a Markdown table of what the full size has measured. */
import { writeSync } from "node:fs";
import { jest } from "@jest/globals";

/** True in `npm run test:faults`; `npm test` runs the same scenarios in a quick size and judges times generously. */
export const isFull = process.env.FAULTS_SIZE === "full";

jest.setTimeout(isFull ? 20 * 60_000 : 60_000);

/** @returns the value for the size that runs. */
export function pick<T>({ quick, full }: { quick: T; full: T }): T {
  return isFull ? full : quick;
}

let current: string | undefined;

/** Prints a row of the table with this title, e.g. `record("Load", { requests: 21_000, slowest: "3.2 ms" })`; in the quick size, nothing. */
export function record(table: string, figures: Record<string, string | number>): void {
  if (!isFull) return;
  const columns = Object.keys(figures);
  if (table !== current) print(`\n### ${table}\n`, toRow(columns), toRow(columns.map(() => "---")));
  current = table;
  print(toRow(Object.values(figures)));
}

/** e.g. `3.2 ms` or `4,003 ms`. */
export function toMs(ms: number): string {
  return `${ms < 100 ? ms.toFixed(1) : Math.round(ms).toLocaleString("en-US")} ms`;
}

/** Every different text once, e.g. `200 or 503`. */
export function toAlternatives(texts: readonly string[]): string {
  return [...new Set(texts)].join(" or ");
}

function toRow(cells: (string | number)[]): string {
  return `| ${cells.map((cell) => cell.toLocaleString("en-US")).join(" | ")} |`;
}

function print(...lines: string[]) {
  writeSync(1, `${lines.join("\n")}\n`); // past what Jest and the scenarios capture
}
