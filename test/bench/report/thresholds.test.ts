import { describe, expect, test } from "@jest/globals";
import { type Figures, toColdFigures, toWarmFigures } from "../../../bench/report/report.ts";
import { thresholdsToMarkdown, toShortThresholds, toThresholds } from "../../../bench/report/thresholds.ts";

function cold(coldCpuMs: number) {
  return Array.from({ length: 3 }, () => ({ initCpuMs: 1, coldCpuMs, wallMs: coldCpuMs, peakMemoryMb: 60 }));
}
function warm(cpu: number) {
  return {
    earlyCpuMsPerRequest: [cpu],
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
    assetBytes: { minimum: 2_000, "this function": 150_000, other: 1 },
    cold: toColdFigures(
      new Map([
        ["minimum", cold(100)],
        ["this function", cold(ours[0])],
        ["other", cold(other[0])],
        ["authorizer, minimum", cold(50)],
        ["authorizer", cold(ours[0] / 2)],
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
  return toThresholds(given).filter(({ met }) => !met);
}

/** The same, with cold starts at the function's share of a CPU. */
function underQuota(wallMs: number): Figures {
  return {
    ...figures([129, 1.23], [210, 2.1]),
    coldAtOwnCpu: toColdFigures(
      new Map([
        ["minimum", cold(100)],
        ["this function", cold(wallMs)],
      ]),
    ),
  };
}
function wallThreshold(given: Figures) {
  return toThresholds(given).find(({ what }) => what === "cold wall time at 0.29 CPU, ratio");
}

describe("the thresholds", () => {
  test("are met by a function that is close to the minimum and far from the alternatives", () => {
    expect(missed(figures([129, 1.23], [210, 2.1]))).toEqual([]);
  });

  test("are missed one by one", () => {
    const names = missed(figures([134, 1.33], [200, 2.0])).map(({ what }) => what);
    expect(names).toEqual([
      "cold CPU, ratio",
      "warm CPU, ratio",
      "warm CPU of the first 500 requests, ratio",
      "authorizer, cold CPU, ratio",
      'cold CPU of "other" over ours',
    ]);
  });

  test("include the wall time at the function's share of a CPU", () => {
    expect(wallThreshold(underQuota(144))).toMatchObject({ value: 1.44, met: true });
    expect(wallThreshold(underQuota(146))).toMatchObject({ value: 1.46, met: false });
  });

  test("show what could not be measured without control groups, and do not fail for it", () => {
    const given = figures([129, 1.23], [210, 2.1]);
    expect(wallThreshold(given)).toEqual({ what: "cold wall time at 0.29 CPU, ratio", limit: 1.45, met: true });
    expect(thresholdsToMarkdown(toThresholds(given))).toContain(
      "| cold wall time at 0.29 CPU, ratio | - | 1.45 | not measured |",
    );
  });

  test("have a margin in CI, and cover only CPU", () => {
    expect(toShortThresholds(figures([155, 1.85], [0, 0])).every(({ met }) => met)).toBe(true);
    expect(toShortThresholds(figures([160, 1.87], [0, 0])).some(({ met }) => met)).toBe(false);
  });

  test("show in words which are missed", () => {
    expect(thresholdsToMarkdown(toThresholds(figures([134, 1], [300, 3])))).toMatch(
      /cold CPU, ratio \| 1\.34 \| 1\.33 \| MISSED/,
    );
  });

  test("fail when the function was not measured", () => {
    expect(() => toThresholds({ ...figures([1, 1], [1, 1]), cold: {} })).toThrow("was not measured");
  });
});
