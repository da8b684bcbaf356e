/** Pure: what an experiment has found, and how it reads in Markdown. */

/** `short` is part of `npm test` and measures no times; `full` is `npm run test:faults`. */
export type Scale = "short" | "full";

/** The outcome of an experiment. */
export interface Findings {
  title: string;
  head: string[];
  rows: string[][];
  /** One sentence for everything that is not as promised; empty when all is well. */
  misses: string[];
}

/** A section with its table, e.g. for the README. */
export function toMarkdown({ title, head, rows, misses }: Findings): string {
  const table = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [`### ${title}`, "", ...table, "", ...misses.map((miss) => `- **MISSED**: ${miss}`), ""].join("\n");
}

/** The value that so many percent of the values do not exceed; 100 is the worst. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** e.g. `3.2 ms` or `4,003 ms`. */
export function toMs(ms: number): string {
  return `${ms < 100 ? ms.toFixed(1) : toCount(Math.round(ms))} ms`;
}

/** e.g. `100,000`. */
export function toCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** Every different text once, e.g. `200 or 503`. */
export function toAlternatives(texts: readonly string[]): string {
  return [...new Set(texts)].join(" or ");
}
