import { expect, test } from "@jest/globals";
import { type CostFigures, toCostFigures, toCostSection } from "../../bench/cost-section.ts";
import type { Figures } from "../../bench/report/report.ts";

const measured = {
  date: "2026-11-22",
  node: "v24.21.0",
  runtimeClient: "aws-lambda-ric",
  cold: { ours: { coldCpuMs: 88.91234 } },
  warm: { ours: { cpuMsPerRequest: 0.65249 } },
} as unknown as Figures;

const figures: CostFigures = {
  date: "2026-11-22",
  node: "v24.21.0",
  runtimeClient: "aws-lambda-ric",
  processor: "x64",
  coldCpuMs: 88.9,
  warmCpuMs: 0.652,
};

test("of a whole run, what the costs are computed from is kept", () => {
  expect(toCostFigures(measured, "ours")).toEqual({ ...figures, processor: process.arch });
});

test("fails when the function itself was not measured", () => {
  expect(() => toCostFigures(measured, "theirs")).toThrow('"theirs" was not measured');
});

test("the first thing said is the total, and more CPU makes it more", () => {
  expect(toCostSection(figures)).toMatch(/^A million tokens cost about \*\*\$3\.5\*\*:\n/);
  expect(toCostSection({ ...figures, warmCpuMs: 30 })).toMatch(/^A million tokens cost about \*\*\$4\.1\*\*:\n/);
});

test("nothing is said more precisely than it is known", () => {
  expect(toCostSection(figures)).toContain("\n| 10,000 | 2,100 | 110 | 77,000 |\n");
});
