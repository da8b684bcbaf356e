import { describe, expect, test } from "@jest/globals";
import { barsToMarkdown, toBars, toShortBars } from "../../bench/bars.ts";
import { type Figures, toColdFigures, toWarmFigures } from "../../bench/report.ts";

const cold = (coldCpuMs: number) =>
  Array.from({ length: 3 }, () => ({ initCpuMs: 1, coldCpuMs, wallMs: coldCpuMs, peakMemoryMb: 60 }));
const warm = (cpu: number) => ({
  earlyCpuMsPerRequest: [2 * cpu],
  cpuMsPerRequest: [cpu, cpu, cpu],
  latencyMs: [1, 2, 3],
  peakMemoryMb: 80,
});

/** Ours and an alternative, against a minimum of 100 ms cold and 1 ms warm. */
const figures = (ours: [number, number], other: [number, number]): Figures => ({
  date: "2026-11-22",
  node: "v24",
  runtimeClient: "test",
  coldStarts: 3,
  coldStartsUnderQuota: 0,
  assetBytes: { minimum: 2_000, "this function": 200_000, other: 1 },
  cold: toColdFigures(
    new Map([
      ["minimum", cold(100)],
      ["this function", cold(ours[0])],
      ["other", cold(other[0])],
    ]),
  ),
  warmRequests: 3,
  warm: toWarmFigures(
    new Map([
      ["minimum", warm(1)],
      ["this function", warm(ours[1])],
      ["other", warm(other[1])],
    ]),
  ),
});
const missed = (given: Figures) => toBars(given).filter(({ met }) => !met);

describe("the bars", () => {
  test("are met by a function that is close to the minimum and far from the alternatives", () => {
    expect(missed(figures([139, 1.34], [210, 2.1]))).toEqual([]);
  });

  test("are missed one by one", () => {
    const names = missed(figures([141, 1.36], [200, 2.0])).map(({ what }) => what);
    expect(names).toEqual([
      "cold CPU, ratio",
      "warm CPU, ratio",
      'cold CPU of "other" over ours',
      'warm CPU of "other" over ours',
    ]);
  });

  test("have a margin in CI, and ask for nothing but CPU", () => {
    expect(toShortBars(figures([160, 1.9], [0, 0])).every(({ met }) => met)).toBe(true);
    expect(toShortBars(figures([170, 2.1], [0, 0])).some(({ met }) => met)).toBe(false);
  });

  test("say in words which are missed", () => {
    expect(barsToMarkdown(toBars(figures([141, 1], [300, 3])))).toMatch(/cold CPU, ratio \| 1\.41 \| 1\.40 \| MISSED/);
  });

  test("fail when the function was not measured", () => {
    expect(() => toBars({ ...figures([1, 1], [1, 1]), cold: {} })).toThrow("was not measured");
  });
});
