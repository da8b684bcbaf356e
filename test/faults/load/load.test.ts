import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { type Call, createAsk } from "../ask.ts";
import { startMindsetProcess } from "../mindset-process.ts";
import { afterTest, KEY, startScenario } from "../scenario.ts";
import { isFull, pick, record, toMs } from "../size.ts";
import { createBareClient } from "./bare-client.ts";
import { collectGarbage, memoryInUse, toMegabytes } from "./memory.ts";

/** A pair is a round of a bare client and one of the function: the noise of the machine meets both. */
const PAIRS = pick({ quick: 1, full: 20 });
const REQUESTS = pick({ quick: 400, full: 1_000 });
const AT_ONCE = 100;
const UPSTREAM_MS = 50;
const MOST = { p50Ms: 2, p99Ms: 10, memory: 10 * 1024 * 1024 };

test("100 requests at the same time in one instance take hardly longer than a bare client's, and leave nothing behind", async () => {
  const { coldStart } = await startScenario();
  const mindset = await startMindsetProcess("http"); // so that its work is not counted as the function's
  afterTest(mindset.close);
  await mindset.setFault({ fault: "delay", ms: UPSTREAM_MS });
  const ask = createAsk();
  const invoke = await coldStart({ MINDSET_API_HOST: mindset.apiHost });
  const bareCall = createBareClient({ scheme: "http", port: mindset.port, apiKey: KEY });
  let asked = 0;
  let failed = 0;
  async function ourCall(): Promise<number> {
    const { status, line, ms }: Call = await ask(invoke);
    asked += 1;
    if (status !== 200 || line?.outcome !== "issued") failed += 1;
    return ms;
  }

  await timeRound(bareCall);
  await timeRound(ourCall);
  collectGarbage();
  const memoryBefore = memoryInUse();
  const p50s: number[] = [];
  const p99s: number[] = [];
  for (let i = 0; i < PAIRS; i++) {
    const bare = await timeRound(bareCall);
    const our = await timeRound(ourCall);
    p50s.push(percentile(our, 50) - percentile(bare, 50));
    p99s.push(percentile(our, 99) - percentile(bare, 99));
  }
  collectGarbage();
  const memory = memoryInUse() - memoryBefore;

  record(`Load: ${AT_ONCE} requests at the same time in one instance, Mindset takes ${UPSTREAM_MS} ms`, {
    requests: asked,
    failed,
    "p50 over a bare client's, median of the rounds": toMs(percentile(p50s, 50)),
    "worst round": toMs(Math.max(...p50s)),
    "p99 over a bare client's, median": toMs(percentile(p99s, 50)),
    "worst p99": toMs(Math.max(...p99s)),
    "memory kept": toMegabytes(memory),
  });
  expect(failed).toBe(0);
  if (!isFull) return;
  expect(percentile(p50s, 50)).toBeLessThanOrEqual(MOST.p50Ms);
  expect(percentile(p99s, 50)).toBeLessThanOrEqual(MOST.p99Ms);
  expect(memory).toBeLessThanOrEqual(MOST.memory);
});

/** The value that so many percent of the values do not exceed. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Milliseconds of each call. They begin one after another, as in life: 100 that begin together measure each other. */
async function timeRound(call: () => Promise<number>): Promise<number[]> {
  const ms: number[] = [];
  let begun = 0;
  async function lane(_: unknown, i: number) {
    await sleep((i * UPSTREAM_MS) / AT_ONCE);
    while (begun < REQUESTS) {
      begun += 1;
      ms.push(await call());
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return ms;
}
