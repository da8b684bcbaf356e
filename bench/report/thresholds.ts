/** The thresholds that the function must meet, as ratios to the minimum in the same run. Pure. */
import { AUTHORIZER, AUTHORIZER_MINIMUM, MINIMUM, OURS } from "../variants/build.ts";
import type { Figures } from "./report.ts";

/** One threshold and the measured value. */
export interface Threshold {
  what: string;
  /** Absent when it was not measured. */
  value?: number;
  limit: number;
  /** True also when it was not measured; the table says so. */
  met: boolean;
}

const COLD_CPU = 1.33;
const WARM_CPU = 1.24;
const EARLY_CPU = 1.32;
const AUTHORIZER_COLD_CPU = 1.3;
const AHEAD = 1.5;
const NO_ALTERNATIVES = ["empty handler", MINIMUM, OURS, AUTHORIZER, AUTHORIZER_MINIMUM];

/** All thresholds, for a full run. */
export function toThresholds(figures: Figures): Threshold[] {
  const cold = figures.cold[OURS];
  const warm = figures.warm[OURS];
  if (!cold || !warm) throw new Error("the function itself was not measured");
  const atOwnCpu = figures.coldAtOwnCpu?.[OURS];
  const alternatives = Object.keys(figures.cold).filter((name) => !NO_ALTERNATIVES.includes(name));
  return [
    atMost("cold CPU, ratio", cold.cpuRatio.value, COLD_CPU),
    atMost(`cold wall time at ${figures.ownCpus.toFixed(2)} CPU, ratio`, atOwnCpu?.wallRatio.value, 1.45),
    atMost("warm CPU, ratio", warm.cpuRatio.value, WARM_CPU),
    atMost("warm CPU of the first 500 requests, ratio", warm.earlyCpuRatio.value, EARLY_CPU),
    // Of a cold start. Later, V8 decides how much of the 512 MB its heap takes, for the minimum too.
    atMost("peak memory of a cold start, MB", cold.peakMemoryMb, 70),
    atMost("asset, kB", (figures.assetBytes[OURS] ?? Number.POSITIVE_INFINITY) / 1_000, 155),
    atMost("authorizer, cold CPU, ratio", figures.cold[AUTHORIZER]?.cpuRatio.value, AUTHORIZER_COLD_CPU),
    atMost("authorizer, asset, kB", (figures.assetBytes[AUTHORIZER] ?? 0) / 1_000, 120),
    // No threshold on their warm CPU: a warm `fetch` takes 1.47 times the minimum, so 1.5 ahead of it is out of reach.
    ...alternatives.map((name) =>
      atLeast(`cold CPU of "${name}" over ours`, over(figures.cold[name]?.coldCpuMs, cold.coldCpuMs), AHEAD),
    ),
  ];
}

/** For CI: CPU ratios only, with a margin for a busy machine; warm ratios vary more. */
export function toShortThresholds({ cold, warm }: Figures): Threshold[] {
  return [
    atMost(`cold CPU, ratio (${COLD_CPU} plus 20 %)`, cold[OURS]?.cpuRatio.value ?? Number.NaN, COLD_CPU * 1.2),
    atMost(
      `authorizer, cold CPU, ratio (${AUTHORIZER_COLD_CPU} plus 20 %)`,
      cold[AUTHORIZER]?.cpuRatio.value ?? Number.NaN,
      AUTHORIZER_COLD_CPU * 1.2,
    ),
    atMost(`warm CPU, ratio (${WARM_CPU} plus 50 %)`, warm[OURS]?.cpuRatio.value ?? Number.NaN, WARM_CPU * 1.5),
  ];
}

/** @returns a table of the thresholds. */
export function thresholdsToMarkdown(thresholds: Threshold[]): string {
  return [
    "| threshold | measured | limit | |\n| --- | --- | --- | --- |",
    ...thresholds.map(({ what, value, limit, met }) => {
      const outcome = value === undefined ? "not measured" : met ? "met" : "MISSED";
      return `| ${what} | ${value?.toFixed(2) ?? "-"} | ${limit.toFixed(2)} | ${outcome} |`;
    }),
  ].join("\n");
}

function atMost(what: string, value: number | undefined, limit: number): Threshold {
  return value === undefined ? { what, limit, met: true } : { what, value, limit, met: value <= limit };
}

function atLeast(what: string, value: number, limit: number): Threshold {
  return { what, value, limit, met: value >= limit };
}

function over(theirs = Number.NaN, ours: number): number {
  return theirs / ours;
}
