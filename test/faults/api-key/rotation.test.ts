import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { Invoke } from "../../support/function.ts";
import { createAsk } from "../ask.ts";
import { KEY, startScenario } from "../scenario.ts";
import { watchSecretReads } from "../secret-reads.ts";
import { pick, record } from "../size.ts";

const INSTANCES = 20;
/** Requests at the same time in each instance. */
const LANES = 2;
const REQUESTS = pick({ quick: 1_000, full: 100_000 });
const A_MINUTE_MS = 60_000;

interface Rotations {
  what: string;
  /** How much of the test is over, from 0 to 1. */
  progress(so: { asked: number; elapsedMs: number }): number;
  /** When the key is rotated, in terms of progress. */
  at: number[];
  revokeAfterMs: number;
  /** Between two requests. */
  pauseMs: number;
}

const byCount: Rotations["progress"] = ({ asked }) => asked / REQUESTS;
const byTime: Rotations["progress"] = ({ elapsedMs }) => elapsedMs / A_MINUTE_MS;

test.each<Rotations>([
  { what: "old key revoked immediately", progress: byCount, at: [0.5], revokeAfterMs: 0, pauseMs: 0 },
  { what: "old key revoked after 200 ms", progress: byCount, at: [0.5], revokeAfterMs: 200, pauseMs: 0 },
  {
    what: `three times${pick({ quick: "", full: " in 60 s" })}, old keys revoked immediately`,
    progress: pick({ quick: byCount, full: byTime }),
    at: [1 / 6, 3 / 6, 5 / 6],
    revokeAfterMs: 0,
    pauseMs: pick({ quick: 0, full: 10 }),
  },
])("no request fails when the key is rotated: $what", async ({ what, progress, at, revokeAfterMs, pauseMs }) => {
  const { mindset, secretsManager, secretName, coldStart } = await startScenario();
  const ask = createAsk();
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
  const done = () => progress({ asked: seen.asked, elapsedMs: performance.now() - began });
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
  async function rotate() {
    let key = KEY;
    for (const moment of at) {
      while (done() < moment) await sleep(1);
      rotation += 1;
      const newKey = `sentinel-rotated-${rotation}`;
      mindset.setApiKeys([key, newKey]);
      secretsManager.setSecretString(secretName, newKey);
      if (revokeAfterMs > 0) await sleep(revokeAfterMs);
      mindset.setApiKeys([newKey]);
      key = newKey;
    }
    enough = seen.asked + 10 * INSTANCES; // so that each instance meets the revoked key
  }
  await Promise.all([rotate(), ...instances.flatMap((invoke) => Array.from({ length: LANES }, () => lane(invoke)))]);
  stop();

  const readers = reads.map(({ accessKeyId, at }) => `${accessKeyId} for rotation ${at}`).sort();
  record(`The key is rotated under load, ${INSTANCES} instances`, {
    rotation: what,
    requests: seen.asked,
    failed: seen.failed,
    "second call needed": seen.twoCalls,
    "secret reads": reads.length,
    "by as many instances and rotations": new Set(readers).size,
  });
  expect(seen.failed).toBe(0);
  expect(readers).toEqual(
    instances.flatMap((_, i) => at.map((_, r) => `INSTANCE-${i} for rotation ${r + 1}`)).sort(), // each exactly once
  );
});
