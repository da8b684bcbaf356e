/** Experiment: Secrets Manager fails while an instance knows the key; who notices, and how often is it asked? */
import { setTimeout as sleep } from "node:timers/promises";
import { startSurroundings } from "../support/function.ts";
import { type Ask, createAsk } from "./call.ts";
import { startClocked } from "./clocked-function.ts";
import { type Findings, type Scale, toCount, toMs } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { TROUBLES, type Trouble } from "./secret-troubles.ts";
import { KEY } from "./world.ts";

const BETWEEN_READS_MS = 5_000;

/** An instance that was just warm, asked again and again by the clock of the key; everything else is real. */
export const run = async (scale: Scale): Promise<Findings> => {
  const watch = watchLog();
  const ask = createAsk(watch);
  const outcomes: Outcome[] = [];
  for (const trouble of TROUBLES) {
    const requests = trouble.requests[scale];
    if (requests > 0) outcomes.push(await suffer({ ask, trouble, requests }));
  }
  watch.stop();
  return {
    title: "Secrets Manager fails, warm instance",
    head: ["Secrets Manager", "for", "requests", "failed", "logged as", "calls of it", "between two reads", "slowest"],
    rows: outcomes.map(({ cells }) => cells),
    misses: [...outcomes.flatMap(({ misses }) => misses), ...watch.leaks.slice(0, 1)],
  };
};

interface Outcome {
  cells: string[];
  misses: string[];
}

const suffer = async (scene: { ask: Ask; trouble: Trouble; requests: number }): Promise<Outcome> => {
  const { ask, trouble, requests } = scene;
  const { what, level, problem, stepMs, settleMs } = trouble;
  const around = await startSurroundings({ apiKey: KEY });
  const { secretsManager } = around;
  const instance = startClocked(around);
  await ask(instance.invoke);
  secretsManager.fail(trouble.trouble);

  const readAt: number[] = [];
  const misses = new Set<string>();
  let failed = 0;
  let slowestMs = 0;
  for (let i = 0; i < requests; i++, instance.nowMs += stepMs) {
    const callsBefore = secretsManager.reads();
    const { status, line, ms } = await ask(instance.invoke);
    slowestMs = Math.max(slowestMs, ms);
    if (status !== 200) failed += 1;
    if (secretsManager.reads() > callsBefore) {
      readAt.push(instance.nowMs);
      await sleep(settleMs);
    }
    const wanted = line?.apiKeyProblem === undefined ? "INFO undefined" : `${level} ${problem}`;
    const seen = `${line?.level} ${line?.apiKeyProblem}`;
    if (seen !== wanted) misses.add(`${what}: logged as ${seen}`);
  }
  await around.close();

  const leastMs = Math.min(...readAt.slice(1).map((at, i) => at - (readAt[i] ?? 0)));
  if (failed > 0) misses.add(`${what}: ${failed} requests failed`);
  if (readAt.length < 2) misses.add(`${what}: nothing was tried`);
  if (leastMs < BETWEEN_READS_MS) misses.add(`${what}: read again after ${leastMs} ms`);
  return {
    cells: [
      what,
      `${Math.round((requests * stepMs) / 60_000)} min`,
      toCount(requests),
      `${failed}`,
      `${level} \`${problem}\``,
      toCount(secretsManager.reads() - 1),
      `${leastMs / 1_000} s or more`,
      toMs(slowestMs),
    ],
    misses: [...misses],
  };
};
