/** Experiment: one instance under load; how much longer than a bare HTTP client does it take, and does it leak? */
import { setTimeout as sleep } from "node:timers/promises";
import { tokenEvent } from "../support/events.ts";
import { type Answer, type Invoke, startSurroundings } from "../support/function.ts";
import { captureOutput } from "../support/output.ts";
import { createBareClient } from "./bare-client.ts";
import { type Findings, percentile, type Scale, toCount, toMs } from "./findings.ts";
import { answersSecret, holdsSecret } from "./log-watch.ts";
import { collectGarbage, memoryInUse, toMegabytes } from "./memory.ts";
import { startMindsetProcess } from "./mindset-process.ts";
import { KEY } from "./world.ts";

/** A pair is a round of the bare client and one of the function: the noise of the machine meets both. */
const SIZES = { short: { pairs: 1, requests: 400 }, full: { pairs: 20, requests: 1_000 } };
const AT_ONCE = 100;
const UPSTREAM_MS = 50;
const MOST = { p50Ms: 2, p99Ms: 10, memory: 10 * 1024 * 1024 };

/** To a Mindset in another process, so that its work is not counted as the function's. */
export async function run(scale: Scale): Promise<Findings> {
  const { pairs, requests } = SIZES[scale];
  const around = await startSurroundings({ apiKey: KEY });
  const mindset = await startMindsetProcess("http");
  await mindset.setFault({ fault: "delay", ms: UPSTREAM_MS });
  const ours = createCounted(await around.coldStart({ MINDSET_API_HOST: mindset.apiHost }));
  const bareCall = createBareClient({ scheme: "http", port: mindset.port, apiKey: KEY });

  await timeRound(bareCall, requests);
  ours.search((await timeRound(ours.call, requests)).printed);
  collectGarbage();
  const memoryBefore = memoryInUse();
  const overheads: { p50: number; p99: number }[] = [];
  for (let i = 0; i < pairs; i++) {
    const bare = await timeRound(bareCall, requests);
    const our = await timeRound(ours.call, requests);
    ours.search(our.printed);
    function overhead(percent: number) {
      return percentile(our.ms, percent) - percentile(bare.ms, percent);
    }
    overheads.push({ p50: overhead(50), p99: overhead(99) });
  }
  collectGarbage();
  const memory = memoryInUse() - memoryBefore;
  await mindset.close();
  await around.close();

  const p50s = overheads.map(({ p50 }) => p50);
  const p99s = overheads.map(({ p99 }) => p99);
  const misses: string[] = [];
  const { asked, failed, lines, leaks } = ours.seen;
  if (failed > 0) misses.push(`${failed} requests failed`);
  if (lines !== asked) misses.push(`${lines} log lines for ${asked} requests`);
  if (leaks > 0) misses.push(`${leaks} log lines or answers with something secret in them`);
  if (scale === "full") {
    if (!(percentile(p50s, 50) <= MOST.p50Ms)) misses.push(`overhead p50 over ${MOST.p50Ms} ms`);
    if (!(percentile(p99s, 50) <= MOST.p99Ms)) misses.push(`overhead p99 over ${MOST.p99Ms} ms`);
    if (!(memory <= MOST.memory)) misses.push(`memory grew by ${toMegabytes(memory)}`);
  }
  const rows = [
    ["requests that failed", `${failed} of ${toCount(asked)}`, "", "0"],
    ["secrets in log lines and answers", `${leaks} in ${toCount(lines)} and ${toCount(asked)}`, "", "0"],
    [
      `p50 of a round over a bare client's, median of ${pairs} pairs`,
      toMs(percentile(p50s, 50)),
      toMs(percentile(p50s, 100)),
      toMs(MOST.p50Ms),
    ],
    [
      `p99 of a round over a bare client's, median of ${pairs} pairs`,
      toMs(percentile(p99s, 50)),
      toMs(percentile(p99s, 100)),
      toMs(MOST.p99Ms),
    ],
    ["memory kept, after collecting garbage", toMegabytes(memory), "", toMegabytes(MOST.memory)],
  ];
  return { title: `Load: ${AT_ONCE} requests at once, Mindset takes ${UPSTREAM_MS} ms`, head: HEAD, rows, misses };
}

const HEAD = ["one instance", "measured", "worst pair", "at most"];

function createCounted(invoke: Invoke) {
  const seen = { asked: 0, failed: 0, lines: 0, leaks: 0 };
  let answers: Answer[] = [];
  async function call(): Promise<number> {
    const event = tokenEvent({ sub: `sentinel-${seen.asked}`, name: "Sentinel Name" });
    seen.asked += 1;
    const began = performance.now();
    const answer = await invoke(event);
    const ms = performance.now() - began;
    if (answer.statusCode !== 200) seen.failed += 1;
    answers.push(answer);
    return ms;
  }
  function search(printed: string[]) {
    seen.lines += printed.filter((line) => line.includes('"outcome":')).length;
    seen.leaks += printed.filter(holdsSecret).length + answers.filter(answersSecret).length;
    answers = [];
  }
  return { call, search, seen };
}

/** Milliseconds of each call. They begin one after another, as in life: 100 that begin together measure each other. */
async function timeRound(call: () => Promise<number>, requests: number) {
  const output = captureOutput();
  const ms: number[] = [];
  let begun = 0;
  async function lane(_: unknown, i: number) {
    await sleep((i * UPSTREAM_MS) / AT_ONCE);
    while (begun < requests) {
      begun += 1;
      ms.push(await call());
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  output.restore();
  return { ms, printed: output.lines() };
}
