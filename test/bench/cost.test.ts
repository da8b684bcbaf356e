import { expect, test } from "@jest/globals";
import { billedColdMs, billedMs, type CostBasis, capacityAt, costPerMillion } from "../../bench/cost.ts";

const basis: CostBasis = { coldCpuMs: 100, warmCpuMs: 1, upstreamMs: 200, requestsPerColdStart: 100 };

test("a request is billed for its CPU, stretched by the part of one that 512 MB get, and for Mindset's time", () => {
  expect(billedMs(basis)).toBe(204);
  expect(billedColdMs(basis)).toBe(546);
});

test("a million tokens cost what their parts cost", () => {
  const { total, ...parts } = costPerMillion(basis);
  expect(parts.lambdaTime).toBeCloseTo((204 + 3.42) * 1e3 * 0.5 * 0.0000133334, 6);
  expect(parts.secretReads).toBeCloseTo(0.05);
  expect(total).toBeCloseTo(1 + 0.2 + parts.lambdaTime + 0.05);
});

test("a rate needs as many instances as there are requests in flight", () => {
  expect(capacityAt(1, basis)).toEqual({ instances: 1, secretReadsPerSecond: 1 / 300 });
  expect(capacityAt(10_000, basis).instances).toBe(2_040);
});
