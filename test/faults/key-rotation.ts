/** Experiment: the key is rotated under load; how many requests does that fail, and how many secret reads does it cost? */
import { setTimeout as sleep } from "node:timers/promises";
import { type Invoke, startSurroundings } from "../support/function.ts";
import { type Ask, createAsk } from "./call.ts";
import { type Findings, type Scale, toCount } from "./findings.ts";
import { watchLog } from "./log-watch.ts";

const INSTANCES = 20;
/** Requests at once in every instance. */
const LANES = 2;
const SIZES = { short: { requests: 2_000, ms: 1_500 }, full: { requests: 50_000, ms: 60_000 } };

/** Rotations of three kinds, while every instance is asked without a pause. */
export const run = async (scale: Scale): Promise<Findings> => {
  const { requests, ms } = SIZES[scale];
  const watch = watchLog();
  const ask = createAsk(watch);
  const byCount: Progress = ({ asked }) => asked / requests;
  const byTime: Progress = ({ elapsedMs }) => elapsedMs / ms;
  const results = [
    await rotate({ ask, what: "one, old key revoked at once", progress: byCount, at: [0.5], revokeAfterMs: 0 }),
    await rotate({ ask, what: "one, old key revoked after 200 ms", progress: byCount, at: [0.5], revokeAfterMs: 200 }),
    await rotate({
      ask,
      what: `three in ${toCount(ms / 1_000)} s, old keys revoked at once`,
      progress: byTime,
      at: [1 / 6, 3 / 6, 5 / 6],
      revokeAfterMs: 0,
      pauseMs: 10,
    }),
  ];
  watch.stop();
  return {
    title: `The key is rotated under load, ${INSTANCES} instances`,
    head: ["rotations", "requests", "failed", "second call needed", "secret reads for it", "at most"],
    rows: results.map(({ cells }) => cells),
    misses: [...results.flatMap(({ misses }) => misses), ...watch.leaks.slice(0, 1)],
  };
};

/** From 0 to 1. */
type Progress = (so: { asked: number; elapsedMs: number }) => number;

interface Scenario {
  ask: Ask;
  what: string;
  progress: Progress;
  /** When to rotate, in terms of progress. */
  at: number[];
  revokeAfterMs: number;
  /** @default 0 */
  pauseMs?: number;
}

const rotate = async ({ ask, what, progress, at, revokeAfterMs, pauseMs = 0 }: Scenario) => {
  const { mindset, secretsManager, secretName, coldStart, close } = await startSurroundings({ apiKey: keyNumber(0) });
  const instances: Invoke[] = [];
  for (let i = 0; i < INSTANCES; i++) instances.push(await coldStart());
  await Promise.all(instances.map((invoke) => ask(invoke)));
  const readsBefore = secretsManager.reads();

  const seen = { asked: 0, failed: 0, twoCalls: 0 };
  const began = performance.now();
  const done = () => progress({ asked: seen.asked, elapsedMs: performance.now() - began });
  let enough = Number.POSITIVE_INFINITY;
  const lane = async (invoke: Invoke) => {
    while (done() < 1 || seen.asked < enough) {
      seen.asked += 1;
      const { status, body, subject, line } = await ask(invoke);
      if (status !== 200 || mindset.tokens.get(String(body.authToken)) !== subject) seen.failed += 1;
      if (line?.attempts === 2) seen.twoCalls += 1;
      mindset.tokens.delete(String(body.authToken));
      mindset.requests.length = 0;
      if (pauseMs > 0) await sleep(pauseMs);
    }
  };
  const operator = async () => {
    for (const [i, moment] of at.entries()) {
      while (done() < moment) await sleep(1);
      mindset.setApiKeys([keyNumber(i), keyNumber(i + 1)]);
      secretsManager.setSecretString(secretName, keyNumber(i + 1));
      if (revokeAfterMs > 0) await sleep(revokeAfterMs);
      mindset.setApiKeys([keyNumber(i + 1)]);
    }
    enough = seen.asked + 10 * INSTANCES; // so that every instance meets the revoked key
  };
  await Promise.all([operator(), ...instances.flatMap((invoke) => Array.from({ length: LANES }, () => lane(invoke)))]);
  await close();

  const reads = secretsManager.reads() - readsBefore;
  const most = INSTANCES * at.length;
  const cells = [what, ...[seen.asked, seen.failed, seen.twoCalls, reads, most].map(toCount)];
  const misses = [];
  if (seen.failed > 0) misses.push(`${what}: ${seen.failed} requests failed`);
  if (seen.twoCalls === 0) misses.push(`${what}: no request met the old key, so that nothing was tried`);
  if (reads > most) misses.push(`${what}: ${reads} secret reads`);
  return { cells, misses };
};

const keyNumber = (number: number): string => `sentinel-key-${number}`;
