import { describe, expect, test } from "@jest/globals";
import { barsToMarkdown, toBars, toShortBars } from "../../bench/bars.ts";
import { type Figures, toColdFigures, toWarmFigures } from "../../bench/report.ts";

function cold(coldCpuMs: number) {
  return Array.from({ length: 3 }, () => ({ initCpuMs: 1, coldCpuMs, wallMs: coldCpuMs, peakMemoryMb: 60 }));
}
function warm(cpu: number) {
  return {
    earlyCpuMsPerRequest: [2 * cpu],
    cpuMsPerRequest: [cpu, cpu, cpu],
    latencyMs: [1, 2, 3],
    peakMemoryMb: 80,
  };
}

/** Ours and an alternative, against a minimum of 100 ms cold and 1 ms warm. */
function figures(ours: [number, number], other: [number, number]): Figures {
  return {
    date: "2026-11-22",
    node: "v24",
    nodeFlags: [],
    runtimeClient: "test",
    cpu: "1 x test",
    commit: "abc",
    memoryMb: 512,
    ownCpus: 0.289,
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
  };
}
function missed(given: Figures) {
  return toBars(given).filter(({ met }) => !met);
}

/** The same, measured under the function's own part of a CPU too. */
function underQuota(wallMs: number): Figures {
  return {
    ...figures([139, 1.34], [210, 2.1]),
    coldAtOwnCpu: toColdFigures(
      new Map([
        ["minimum", cold(100)],
        ["this function", cold(wallMs)],
      ]),
    ),
  };
}
function wallBar(given: Figures) {
  return toBars(given).find(({ what }) => what === "cold wall at 0.29 CPU, ratio");
}

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

  test("ask for the wall time at the function's own part of a CPU", () => {
    expect(wallBar(underQuota(144))).toMatchObject({ value: 1.44, met: true });
    expect(wallBar(underQuota(146))).toMatchObject({ value: 1.46, met: false });
  });

  test("say that this was not measured where there are no control groups, which is no failure", () => {
    const given = figures([139, 1.34], [210, 2.1]);
    expect(wallBar(given)).toEqual({ what: "cold wall at 0.29 CPU, ratio", limit: 1.45, met: true });
    expect(barsToMarkdown(toBars(given))).toContain("| cold wall at 0.29 CPU, ratio | - | 1.45 | not measured |");
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
