/** Experiment: Secrets Manager fails while an instance knows the key; who notices, and how often is it asked? */
import { setTimeout as sleep } from "node:timers/promises";
import { startSurroundings } from "../support/function.ts";
import { type Ask, createAsk } from "./call.ts";
import { startClocked } from "./clocked-function.ts";
import { type Findings, type Scale, toCount, toMs } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { gapsBetween, watchSecretReads } from "./secret-reads.ts";
import { TROUBLES, type Trouble } from "./secret-troubles.ts";
import { KEY } from "./world.ts";

const BETWEEN_READS_MS = 5_000;
/** A request waits 500 ms for a newer key, then it goes on with the known one. */
const MOST_MS = 600;

/** An instance that was just warm, asked again and again by the clock of the key; everything else is real. */
export async function run(scale: Scale): Promise<Findings> {
  const watch = watchLog();
  const ask = createAsk(watch);
  const outcomes: Outcome[] = [];
  for (const trouble of TROUBLES) {
    const requests = trouble.requests[scale];
    if (requests > 0) outcomes.push(await suffer({ ask, trouble, requests, judgesTime: scale === "full" }));
  }
  watch.stop();
  return {
    title: "Secrets Manager fails, warm instance",
    head: HEAD,
    rows: outcomes.map(({ cells }) => cells),
    misses: [...outcomes.flatMap(({ misses }) => misses), ...watch.leaks.slice(0, 1)],
  };
}

const HEAD = [
  "Secrets Manager",
  "for",
  "requests",
  "failed",
  "logged as",
  "reads begun (the SDK may call twice)",
  "least between two beginnings",
  `slowest (at most ${MOST_MS} ms)`,
];

interface Scene {
  ask: Ask;
  trouble: Trouble;
  requests: number;
  judgesTime: boolean;
}

interface Outcome {
  cells: string[];
  misses: string[];
}

async function suffer(scene: Scene): Promise<Outcome> {
  const { ask, trouble, requests, judgesTime } = scene;
  const { what, level, problem, pausesMs, settleMs } = trouble;
  const around = await startSurroundings({ apiKey: KEY });
  const { secretsManager } = around;
  const instance = startClocked(around);
  await ask(instance.invoke);
  secretsManager.fail(trouble.trouble);
  const callsBefore = secretsManager.reads();
  const began = instance.nowMs;
  const { reads, stop } = watchSecretReads(secretsManager, () => instance.nowMs);

  const logged = new Map<string, number>();
  let silentAfterRead = 0;
  let failed = 0;
  let slowestMs = 0;
  for (let i = 0; i < requests; i++, instance.nowMs += pausesMs[i % pausesMs.length] ?? 0) {
    const readsBefore = reads.length;
    const { status, line, ms } = await ask(instance.invoke);
    slowestMs = Math.max(slowestMs, ms);
    if (status !== 200) failed += 1;
    const seen = line?.apiKeyProblem ? `${line.level} \`${line.apiKeyProblem}\`` : `${line?.level}`;
    logged.set(seen, (logged.get(seen) ?? 0) + 1);
    if (seen === "INFO" && reads.length > 0) silentAfterRead += 1;
    if (reads.length > readsBefore) await sleep(settleMs);
  }
  stop();
  await around.close();

  const calls = reads.reduce((sum, read) => sum + read.calls, 0);
  const leastMs = Math.min(...gapsBetween(reads));
  const wanted = `${level} \`${problem}\``;
  const misses: string[] = [];
  if (failed > 0) misses.push(`${what}: ${failed} requests failed`);
  for (const seen of logged.keys()) if (seen !== "INFO" && seen !== wanted) misses.push(`${what}: logged as ${seen}`);
  if (!logged.has(wanted)) misses.push(`${what}: never logged as ${wanted}`);
  // The request that begins the first read may be served before that has failed.
  if (typeof trouble.trouble !== "function" && silentAfterRead > 1)
    misses.push(`${what}: ${silentAfterRead} requests logged as INFO after it had begun`);
  if (reads.length < 2) misses.push(`${what}: nothing was tried`);
  if (!(leastMs >= BETWEEN_READS_MS)) misses.push(`${what}: read again after ${leastMs} ms`);
  if (judgesTime && !(slowestMs <= MOST_MS)) misses.push(`${what}: a request took ${toMs(slowestMs)}`);
  if (calls !== secretsManager.reads() - callsBefore) misses.push(`${what}: ${calls} calls belong to a read, not all`);
  return {
    cells: [
      what,
      `${Math.round((instance.nowMs - began) / 60_000)} min`,
      toCount(requests),
      `${failed}`,
      [...logged].map(([seen, count]) => `${toCount(count)} ${seen}`).join(", "),
      `${toCount(reads.length)} (${toCount(calls)} calls)`,
      `${leastMs / 1_000} s`,
      toMs(slowestMs),
    ],
    misses,
  };
}
