/** Pure: what the function must reach, as ratios to the minimum in the same run. */
import type { Figures } from "./report.ts";
import { MINIMUM, OURS } from "./variants.ts";

/** One promise, and how it stands. */
export interface Bar {
  what: string;
  /** Absent when it was not measured. */
  value?: number;
  limit: number;
  /** Not missed, that is: so is what was not measured, and the table says so. */
  met: boolean;
}

const AHEAD = 1.5;
const NO_ALTERNATIVES = ["empty handler", MINIMUM, OURS];

/** Every bar that the figures have something to say about. */
export function toBars(figures: Figures): Bar[] {
  const cold = figures.cold[OURS];
  const warm = figures.warm[OURS];
  if (!cold || !warm) throw new Error("the function itself was not measured");
  const atOwnCpu = figures.coldAtOwnCpu?.[OURS];
  const alternatives = Object.keys(figures.cold).filter((name) => !NO_ALTERNATIVES.includes(name));
  return [
    atMost("cold CPU, ratio", cold.cpuRatio.value, 1.4),
    atMost(`cold wall at ${figures.ownCpus.toFixed(2)} CPU, ratio`, atOwnCpu?.wallRatio.value, 1.45),
    atMost("warm CPU, ratio", warm.cpuRatio.value, 1.35),
    // Of a cold start: later it is V8 that chooses how much of the 512 MB its heap takes, for the minimum as well.
    atMost("peak memory of a cold start, MB", cold.peakMemoryMb, 70),
    atMost("asset, kB", (figures.assetBytes[OURS] ?? Number.POSITIVE_INFINITY) / 1_000, 240),
    ...alternatives.flatMap((name) => [
      atLeast(`cold CPU of "${name}" over ours`, over(figures.cold[name]?.coldCpuMs, cold.coldCpuMs), AHEAD),
      atLeast(
        `warm CPU of "${name}" over ours`,
        over(figures.warm[name]?.cpuMsPerRequest, warm.cpuMsPerRequest),
        AHEAD,
      ),
    ]),
  ];
}

/** For CI: CPU ratios alone, with margins that a busy machine does not cross; warm ones vary the more. */
export function toShortBars(figures: Figures): Bar[] {
  return [
    atMost("cold CPU, ratio (1.40 and 20 % for noise)", figures.cold[OURS]?.cpuRatio.value ?? Number.NaN, 1.4 * 1.2),
    atMost("warm CPU, ratio (1.35 and 50 % for noise)", figures.warm[OURS]?.cpuRatio.value ?? Number.NaN, 1.35 * 1.5),
  ];
}

/** @returns a table of the bars. */
export function barsToMarkdown(bars: Bar[]): string {
  return [
    "| bar | measured | limit | |\n| --- | --- | --- | --- |",
    ...bars.map(({ what, value, limit, met }) => {
      const outcome = value === undefined ? "not measured" : met ? "met" : "MISSED";
      return `| ${what} | ${value?.toFixed(2) ?? "-"} | ${limit.toFixed(2)} | ${outcome} |`;
    }),
  ].join("\n");
}

function atMost(what: string, value: number | undefined, limit: number): Bar {
  return value === undefined ? { what, limit, met: true } : { what, value, limit, met: value <= limit };
}
function atLeast(what: string, value: number, limit: number): Bar {
  return { what, value, limit, met: value >= limit };
}
function over(theirs = Number.NaN, ours: number): number {
  return theirs / ours;
}
