import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { SecretsManagerFault } from "../../../local/secrets-manager/server.ts";
import { createAsk } from "../ask.ts";
import { startScenario } from "../scenario.ts";
import { gapsBetween, watchSecretReads } from "../secret-reads.ts";
import { isFull, pick, record, toMs } from "../size.ts";
import { startClocked } from "./clocked-function.ts";

const BETWEEN_READS_MS = 5_000;
/** How old the key is when the outage begins; it is due after 270 to 330 s. */
const KEY_AGE_MS = pick({ quick: 260_000, full: 0 });
/** A request waits 500 ms for a refresh, then it uses the cached key. */
const MOST_MS = 600;
/** More than 6 minutes after the last successful read it waits until the read ends: 5 s, if there is no response. */
const LATE_MOST_MS = 5_200;

interface WarmOutage {
  what: string;
  trouble: SecretsManagerFault | (() => SecretsManagerFault | undefined);
  /** How requests are logged that are served all the same. */
  logged: string;
  requests: number;
  /** Between two requests, by the clock of the key; over and over again. */
  pausesMs: number[];
  /** In real time, after a request that began to read: the read may go on longer. */
  settleMs: number;
  /** @default MOST_MS */
  mostMs?: number;
}

const DOWN: SecretsManagerFault = { error: "InternalServiceError", status: 500 };
const THROTTLED: SecretsManagerFault = { error: "ThrottlingException" };
const UNAVAILABLE = "WARN SECRET_UNAVAILABLE";
const EVERY_HALF_SECOND = { requests: pick({ quick: 260, full: 3_600 }), pausesMs: [500], settleMs: 0 };
/** The key is due at every twentieth request; at the others only if it was read in vain 5 s before. */
const IN_TWENTIES = { pausesMs: [...Array(19).fill(500), 331_000], settleMs: 1_000 };

const OUTAGES: WarmOutage[] = [
  { what: "down (500)", trouble: DOWN, logged: UNAVAILABLE, ...EVERY_HALF_SECOND },
  {
    what: "throttles every second call, at random",
    trouble: () => (Math.random() < 0.5 ? THROTTLED : undefined),
    logged: UNAVAILABLE,
    ...IN_TWENTIES,
    requests: pick({ quick: 0, full: 600 }),
  },
  {
    what: "never answers",
    trouble: { silence: true },
    logged: UNAVAILABLE,
    ...IN_TWENTIES,
    requests: pick({ quick: 0, full: 40 }),
    settleMs: LATE_MOST_MS,
    mostMs: LATE_MOST_MS,
  },
];

test.each(OUTAGES.filter(({ requests }) => requests > 0))(
  "a warm instance keeps serving with the cached key: Secrets Manager $what",
  async ({ what, trouble, logged, requests, pausesMs, settleMs, mostMs = MOST_MS }) => {
    const environment = await startScenario();
    const { secretsManager } = environment;
    const ask = createAsk();
    const instance = startClocked(environment);
    await ask(instance.invoke);
    instance.nowMs += KEY_AGE_MS;
    secretsManager.fail(trouble);
    const began = instance.nowMs;
    const { reads, stop } = watchSecretReads(secretsManager, () => instance.nowMs);

    const levels = new Map<string, number>();
    let silentAfterRead = 0;
    let slowestMs = 0;
    for (let i = 0; i < requests; i++, instance.nowMs += pausesMs[i % pausesMs.length] ?? 0) {
      const readsBefore = reads.length;
      const { status, line, ms } = await ask(instance.invoke);
      expect(status).toBe(200);
      slowestMs = Math.max(slowestMs, ms);
      const level = [line?.level, line?.apiKeyProblem].filter(Boolean).join(" ");
      levels.set(level, (levels.get(level) ?? 0) + 1);
      if (level === "INFO" && reads.length > 0) silentAfterRead += 1;
      if (reads.length > readsBefore) await sleep(settleMs);
    }
    stop();
    record("Secrets Manager fails, warm instance", {
      "Secrets Manager": what,
      for: `${Math.round((instance.nowMs - began) / 60_000)} min`,
      "requests, all served": requests,
      "logged as": [...levels].map(([level, count]) => `${count.toLocaleString("en-US")} ${level}`).join(", "),
      reads: reads.length,
      "calls for them": reads.reduce((sum, { calls }) => sum + calls, 0),
      "least between two": `${Math.min(...gapsBetween(reads)) / 1_000} s`,
      slowest: toMs(slowestMs),
      "at most": toMs(mostMs),
    });
    expect([...levels.keys()].sort()).toEqual([logged, "INFO"].sort());
    // The request that begins the first read may be served before that has failed.
    if (typeof trouble !== "function") expect(silentAfterRead).toBeLessThanOrEqual(1);
    expect(reads.length).toBeGreaterThan(1);
    expect(Math.min(...gapsBetween(reads))).toBeGreaterThanOrEqual(BETWEEN_READS_MS);
    if (isFull) expect(slowestMs).toBeLessThanOrEqual(mostMs);
  },
);
