/** Pure: measurements -> figures, and figures -> Markdown. */
import type { ColdStart, WarmRun } from "./measure.ts";
import { median, quantile, type Ratio, ratioOfMedians } from "./statistics.ts";
import { MINIMUM, type Variant } from "./variants.ts";

/** Medians of one variant's cold starts, and its CPU as a ratio to the minimum's. */
export interface ColdFigures {
  initCpuMs: number;
  coldCpuMs: number;
  wallMs: number;
  peakMemoryMb: number;
  cpuRatio: Ratio;
  wallRatio: Ratio;
}

/** The same for its warm requests, after the first 1,000 of an instance; latency is what the caller of the function sees. */
export interface WarmFigures {
  /** Of the first 500 of an instance, which V8 still interprets. */
  earlyCpuMsPerRequest: number;
  earlyCpuRatio: Ratio;
  cpuMsPerRequest: number;
  p50Ms: number;
  p99Ms: number;
  peakMemoryMb: number;
  cpuRatio: Ratio;
}

/** All that one run found out; by the names of the variants. */
export interface Figures {
  date: string;
  node: string;
  runtimeClient: string;
  coldStarts: number;
  /** None in the short form. */
  coldStartsUnderQuota: number;
  assetBytes: Record<string, number>;
  cold: Record<string, ColdFigures>;
  /** Absent where control groups are not allowed. */
  coldAt029Cpu?: Record<string, ColdFigures>;
  coldAt1Cpu?: Record<string, ColdFigures>;
  warmRequests: number;
  warm: Record<string, WarmFigures>;
}

export const toColdFigures = (measured: Map<string, ColdStart[]>): Record<string, ColdFigures> => {
  const valuesOf = (name: string, field: keyof ColdStart) => (measured.get(name) ?? []).map((start) => start[field]);
  const figuresOf = (name: string): ColdFigures => ({
    initCpuMs: median(valuesOf(name, "initCpuMs")),
    coldCpuMs: median(valuesOf(name, "coldCpuMs")),
    wallMs: median(valuesOf(name, "wallMs")),
    peakMemoryMb: median(valuesOf(name, "peakMemoryMb")),
    cpuRatio: ratioOfMedians(valuesOf(name, "coldCpuMs"), valuesOf(MINIMUM, "coldCpuMs")),
    wallRatio: ratioOfMedians(valuesOf(name, "wallMs"), valuesOf(MINIMUM, "wallMs")),
  });
  return Object.fromEntries([...measured.keys()].map((name) => [name, figuresOf(name)]));
};

export const toWarmFigures = (measured: Map<string, WarmRun>): Record<string, WarmFigures> => {
  const base = measured.get(MINIMUM)?.cpuMsPerRequest ?? [];
  const earlyBase = measured.get(MINIMUM)?.earlyCpuMsPerRequest ?? [];
  const figuresOf = ({ earlyCpuMsPerRequest, cpuMsPerRequest, latencyMs, peakMemoryMb }: WarmRun): WarmFigures => ({
    earlyCpuMsPerRequest: median(earlyCpuMsPerRequest),
    earlyCpuRatio: ratioOfMedians(earlyCpuMsPerRequest, earlyBase),
    cpuMsPerRequest: median(cpuMsPerRequest),
    p50Ms: median(latencyMs),
    p99Ms: quantile(latencyMs, 0.99),
    peakMemoryMb,
    cpuRatio: ratioOfMedians(cpuMsPerRequest, base),
  });
  return Object.fromEntries([...measured].map(([name, run]) => [name, figuresOf(run)]));
};

/** @returns the tables, without a heading. */
export const toMarkdown = (figures: Figures): string => {
  const { date, node, runtimeClient, coldStarts, coldStartsUnderQuota, warmRequests } = figures;
  const isQuotaRefused = coldStartsUnderQuota > 0 && !figures.coldAt1Cpu;
  const sections = [
    `${date}, Node ${node}, ${runtimeClient}; medians of ${coldStarts} cold starts and ${warmRequests} warm requests each,`,
    `interleaved in random order. Ratios to "${MINIMUM}", in brackets the 95 % interval (bootstrap).`,
    "",
    coldTable("cold start", figures.cold, figures.assetBytes),
    ...(isQuotaRefused ? [NO_QUOTA] : []),
    ...(figures.coldAt1Cpu ? [coldTable("at 1 CPU", figures.coldAt1Cpu)] : []),
    ...(figures.coldAt029Cpu ? [coldTable("at 0.29 CPU (512 MB)", figures.coldAt029Cpu)] : []),
    warmTable(figures.warm),
    NOT_SHOWN,
  ];
  return `${sections.join("\n")}\n`;
};

const coldTable = (title: string, cold: Record<string, ColdFigures>, sizes?: Record<string, number>): string =>
  table(
    [title, "init CPU ms", "CPU ms", "ratio", "wall ms", "ratio", "peak MB", ...(sizes ? ["asset kB"] : [])],
    Object.entries(cold).map(([name, figures]) => [
      name,
      figures.initCpuMs.toFixed(1),
      figures.coldCpuMs.toFixed(1),
      ratio(figures.cpuRatio),
      figures.wallMs.toFixed(0),
      ratio(figures.wallRatio),
      figures.peakMemoryMb.toFixed(1),
      ...(sizes ? [((sizes[name] ?? 0) / 1_000).toFixed(0)] : []),
    ]),
  );

const warmTable = (warm: Record<string, WarmFigures>): string =>
  table(
    ["warm request", "CPU ms", "ratio", "p50 ms", "p99 ms", "peak MB", "first 500: CPU ms", "ratio"],
    Object.entries(warm).map(([name, figures]) => [
      name,
      figures.cpuMsPerRequest.toFixed(3),
      ratio(figures.cpuRatio),
      figures.p50Ms.toFixed(2),
      figures.p99Ms.toFixed(2),
      figures.peakMemoryMb.toFixed(1),
      figures.earlyCpuMsPerRequest.toFixed(3),
      ratio(figures.earlyCpuRatio),
    ]),
  );

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n")
    .concat("\n");

const ratio = ({ value, low, high }: Ratio): string => `${value.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;

const NO_QUOTA = "Under a CPU quota: not measured, this machine does not allow control groups (root can, on Linux).\n";

const NOT_SHOWN = `Not shown: the start of the microVM and the download of the code, which Lambda does before any of this; arm64, which the
function runs on (this machine is ${process.arch}); the distance to AWS and to Mindset (both answer on loopback, at once).`;

/** For the choice of variants to show. */
export const sizesOf = (variants: Variant[]): Record<string, number> =>
  Object.fromEntries(variants.map(({ name, assetBytes }) => [name, assetBytes]));
