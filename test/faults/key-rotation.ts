/** Experiment: the key is rotated under load; how many requests does that fail, and how many secret reads does it cost? */
import { setTimeout as sleep } from "node:timers/promises";
import { type Invoke, startSurroundings } from "../support/function.ts";
import { type Ask, createAsk } from "./call.ts";
import { type Findings, type Scale, toCount } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { watchSecretReads } from "./secret-reads.ts";

const INSTANCES = 20;
/** Requests at once in every instance. */
const LANES = 2;
const SIZES = { short: { requests: 2_000, ms: 1_500 }, full: { requests: 100_000, ms: 60_000 } };

/** Rotations of three kinds, while every instance is asked without a pause. */
export async function run(scale: Scale): Promise<Findings> {
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
    head: HEAD,
    rows: results.map(({ cells }) => cells),
    misses: [...results.flatMap(({ misses }) => misses), ...watch.leaks.slice(0, 1)],
  };
}

const HEAD = [
  "rotations",
  "requests",
  "failed",
  "second call needed",
  "instances that read the secret for it",
  "secret reads",
  "most by one instance for one rotation",
];

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

async function rotate({ ask, what, progress, at, revokeAfterMs, pauseMs = 0 }: Scenario) {
  const { mindset, secretsManager, secretName, coldStart, close } = await startSurroundings({ apiKey: keyNumber(0) });
  const instances: Invoke[] = [];
  for (let i = 0; i < INSTANCES; i++) {
    const invoke = await coldStart({ AWS_ACCESS_KEY_ID: `INSTANCE-${i}` });
    await ask(invoke);
    instances.push(invoke);
  }
  let rotation = 0;
  const { reads, stop } = watchSecretReads(secretsManager, () => rotation);

  const seen = { asked: 0, failed: 0, twoCalls: 0 };
  const began = performance.now();
  function done() {
    return progress({ asked: seen.asked, elapsedMs: performance.now() - began });
  }
  let enough = Number.POSITIVE_INFINITY;
  async function lane(invoke: Invoke) {
    while (done() < 1 || seen.asked < enough) {
      seen.asked += 1;
      const { status, body, subject, line } = await ask(invoke);
      if (status !== 200 || mindset.tokens.get(String(body.authToken)) !== subject) seen.failed += 1;
      if (line?.attempts === 2) seen.twoCalls += 1;
      mindset.tokens.delete(String(body.authToken));
      mindset.requests.length = 0;
      if (pauseMs > 0) await sleep(pauseMs);
    }
  }
  async function operator() {
    for (const [i, moment] of at.entries()) {
      while (done() < moment) await sleep(1);
      rotation = i + 1;
      mindset.setApiKeys([keyNumber(i), keyNumber(i + 1)]);
      secretsManager.setSecretString(secretName, keyNumber(i + 1));
      if (revokeAfterMs > 0) await sleep(revokeAfterMs);
      mindset.setApiKeys([keyNumber(i + 1)]);
    }
    enough = seen.asked + 10 * INSTANCES; // so that every instance meets the revoked key
  }
  await Promise.all([operator(), ...instances.flatMap((invoke) => Array.from({ length: LANES }, () => lane(invoke)))]);
  stop();
  await close();

  const byInstance = new Map<string, number>();
  for (const { accessKeyId, at } of reads) {
    const name = `${accessKeyId}, rotation ${at}`;
    byInstance.set(name, (byInstance.get(name) ?? 0) + 1);
  }
  const readers = new Set(reads.map(({ accessKeyId }) => accessKeyId)).size;
  const most = Math.max(0, ...byInstance.values());
  const cells = [what, ...[seen.asked, seen.failed, seen.twoCalls, readers, reads.length, most].map(toCount)];
  const misses = [];
  if (seen.failed > 0) misses.push(`${what}: ${seen.failed} requests failed`);
  if (byInstance.size !== INSTANCES * at.length)
    misses.push(`${what}: in ${byInstance.size} cases an instance met the old key, not in ${INSTANCES * at.length}`);
  if (most > 1) misses.push(`${what}: up to ${most} secret reads by one instance for one rotation`);
  return { cells, misses };
}

function keyNumber(number: number): string {
  return `sentinel-key-${number}`;
}
