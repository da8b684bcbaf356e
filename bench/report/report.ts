/** Turns samples into figures, and figures into Markdown. Pure. */

import type { ColdStart, WarmRun } from "../measure/measure.ts";
import type { Machine } from "../run.ts";
import { baselineOf, MINIMUM, type Variant } from "../variants/build.ts";
import { median, quantile, type Ratio, ratioOfMedians } from "./statistics.ts";

/** Medians of one variant's cold starts, and its CPU as a ratio to the minimum's. */
export interface ColdFigures {
  initCpuMs: number;
  coldCpuMs: number;
  wallMs: number;
  peakMemoryMb: number;
  cpuRatio: Ratio;
  wallRatio: Ratio;
}

/** Figures of one variant's warm requests, after the first 1,000 of an instance. Latency is what the caller sees. */
export interface WarmFigures {
  /** For the first 500 requests of an instance, which V8 mostly interprets. */
  earlyCpuMsPerRequest: number;
  earlyCpuRatio: Ratio;
  cpuMsPerRequest: number;
  p50Ms: number;
  p99Ms: number;
  peakMemoryMb: number;
  cpuRatio: Ratio;
}

/** All figures of a run, by variant name. */
export interface Figures extends Machine {
  date: string;
  node: string;
  nodeFlags: string[];
  runtimeClient: string;
  /** Memory of the deployed function, and the share of a CPU that Lambda allocates for it. */
  memoryMb: number;
  ownCpus: number;
  coldStarts: number;
  /** 0 in the short form. */
  coldStartsUnderQuota: number;
  assetBytes: Record<string, number>;
  cold: Record<string, ColdFigures>;
  /** Absent where control groups are not available; `quotaRefusal` then has the reason. */
  coldAtOwnCpu?: Record<string, ColdFigures>;
  coldAt1Cpu?: Record<string, ColdFigures>;
  quotaRefusal?: string;
  warmRequests: number;
  warm: Record<string, WarmFigures>;
}

export function toColdFigures(measured: Map<string, ColdStart[]>): Record<string, ColdFigures> {
  function valuesOf(name: string, field: keyof ColdStart) {
    return (measured.get(name) ?? []).map((start) => start[field]);
  }
  function figuresOf(name: string): ColdFigures {
    return {
      initCpuMs: median(valuesOf(name, "initCpuMs")),
      coldCpuMs: median(valuesOf(name, "coldCpuMs")),
      wallMs: median(valuesOf(name, "wallMs")),
      peakMemoryMb: median(valuesOf(name, "peakMemoryMb")),
      cpuRatio: ratioOfMedians(valuesOf(name, "coldCpuMs"), valuesOf(baselineOf(name), "coldCpuMs")),
      wallRatio: ratioOfMedians(valuesOf(name, "wallMs"), valuesOf(baselineOf(name), "wallMs")),
    };
  }
  return Object.fromEntries([...measured.keys()].map((name) => [name, figuresOf(name)]));
}

export function toWarmFigures(measured: Map<string, WarmRun>): Record<string, WarmFigures> {
  function figuresOf(name: string, run: WarmRun): WarmFigures {
    const { earlyCpuMsPerRequest, cpuMsPerRequest, latencyMs, peakMemoryMb } = run;
    const base = measured.get(baselineOf(name));
    return {
      earlyCpuMsPerRequest: median(earlyCpuMsPerRequest),
      earlyCpuRatio: ratioOfMedians(earlyCpuMsPerRequest, base?.earlyCpuMsPerRequest ?? []),
      cpuMsPerRequest: median(cpuMsPerRequest),
      p50Ms: median(latencyMs),
      p99Ms: quantile(latencyMs, 0.99),
      peakMemoryMb,
      cpuRatio: ratioOfMedians(cpuMsPerRequest, base?.cpuMsPerRequest ?? []),
    };
  }
  return Object.fromEntries([...measured].map(([name, run]) => [name, figuresOf(name, run)]));
}

/** @returns the tables, without a heading. */
export function toMarkdown(figures: Figures): string {
  const { date, node, nodeFlags, runtimeClient, commit, cpu, coldStarts, warmRequests, quotaRefusal } = figures;
  const flags = nodeFlags.length > 0 ? ` with \`${nodeFlags.join(" ")}\`` : "";
  const sections = [
    `${date}, Node ${node}${flags}, ${runtimeClient}; commit ${commit}; ${cpu}; medians of ${coldStarts} cold starts and`,
    `${warmRequests} warm requests each, interleaved in random order. Ratios to "${MINIMUM}" (of the authorizer, to its own), in brackets the 95 % interval (bootstrap).`,
    "",
    coldTable("cold start", figures.cold, figures.assetBytes),
    INIT_CPU,
    ...(quotaRefusal
      ? [`Under a CPU quota: not measured, because this machine does not allow it (${quotaRefusal}).\n`]
      : []),
    ...(figures.coldAt1Cpu ? [coldTable("at 1 CPU", figures.coldAt1Cpu)] : []),
    ...(figures.coldAtOwnCpu
      ? [coldTable(`at ${figures.ownCpus.toFixed(2)} CPU (${figures.memoryMb} MB)`, figures.coldAtOwnCpu)]
      : []),
    warmTable(figures.warm),
    NOT_SHOWN,
  ];
  return `${sections.join("\n")}\n`;
}

function coldTable(title: string, cold: Record<string, ColdFigures>, sizes?: Record<string, number>): string {
  return table(
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
}

function warmTable(warm: Record<string, WarmFigures>): string {
  return table(
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
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n")
    .concat("\n");
}

function ratio({ value, low, high }: Ratio): string {
  return `${value.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
}

const INIT_CPU = `"init CPU" is the CPU time until the process waits for its first event. For this function it includes the connections and the
read of the secret, which start during init; the other variants start them at the first event.
`;

const NOT_SHOWN = `Not included: the start of the microVM and the download of the code, which happen first; arm64, the function's
architecture (this machine is ${process.arch}); the distance to AWS and to Mindset (both answer immediately on loopback).`;

/** Bytes of each asset, by the name of the variant. */
export function sizesOf(variants: Variant[]): Record<string, number> {
  return Object.fromEntries(variants.map(({ name, assetBytes }) => [name, assetBytes]));
}
