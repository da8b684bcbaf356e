/** Pure: what the function must reach, as ratios to the minimum in the same run. */
import type { Figures } from "./report.ts";
import { MINIMUM, OURS } from "./variants.ts";

/** One promise, and how it stands. */
export interface Bar {
  what: string;
  value: number;
  limit: number;
  met: boolean;
}

const AHEAD = 1.5;
const NO_ALTERNATIVES = ["empty handler", MINIMUM, OURS];

/** Every bar that the figures have something to say about. */
export const toBars = (figures: Figures): Bar[] => {
  const cold = figures.cold[OURS];
  const warm = figures.warm[OURS];
  if (!cold || !warm) throw new Error("the function itself was not measured");
  const at029 = figures.coldAt029Cpu?.[OURS];
  const alternatives = Object.keys(figures.cold).filter((name) => !NO_ALTERNATIVES.includes(name));
  return [
    atMost("cold CPU, ratio", cold.cpuRatio.value, 1.4),
    ...(at029 ? [atMost("cold wall at 0.29 CPU, ratio", at029.wallRatio.value, 1.45)] : []),
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
};

/** For CI: CPU ratios alone, with margins that a busy machine does not cross; warm ones vary the more. */
export const toShortBars = (figures: Figures): Bar[] => [
  atMost("cold CPU, ratio", figures.cold[OURS]?.cpuRatio.value ?? Number.NaN, 1.4 * 1.2),
  atMost("warm CPU, ratio", figures.warm[OURS]?.cpuRatio.value ?? Number.NaN, 1.35 * 1.5),
];

/** @returns a table of the bars. */
export const barsToMarkdown = (bars: Bar[]): string =>
  [
    "| bar | measured | limit | |\n| --- | --- | --- | --- |",
    ...bars.map(
      ({ what, value, limit, met }) =>
        `| ${what} | ${value.toFixed(2)} | ${limit.toFixed(2)} | ${met ? "met" : "MISSED"} |`,
    ),
  ].join("\n");

const atMost = (what: string, value: number, limit: number): Bar => ({ what, value, limit, met: value <= limit });
const atLeast = (what: string, value: number, limit: number): Bar => ({ what, value, limit, met: value >= limit });
const over = (theirs = Number.NaN, ours: number): number => theirs / ours;
