import { setTimeout } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { monotonicMs } from "../../../lambda/token/monotonic-clock.ts";

test("counts milliseconds, fractions included", async () => {
  const [ours, nodes] = [monotonicMs(), performance.now()];
  await setTimeout(50);
  expect(Math.abs(monotonicMs() - ours - (performance.now() - nodes))).toBeLessThan(5);
});
