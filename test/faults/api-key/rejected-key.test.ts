import { expect, test } from "@jest/globals";
import type { SecretsManagerFault } from "../../../local/secrets-manager/server.ts";
import { type Call, createAsk } from "../ask.ts";
import { startScenario } from "../scenario.ts";
import { gapsBetween, watchSecretReads } from "../secret-reads.ts";
import { pick, record, toAlternatives } from "../size.ts";
import { startClocked } from "./clocked-function.ts";

const WINDOW_MS = 60_000;
const BURST = 20;
/** Requests at the same time at every step after the burst. */
const AT_ONCE = 2;
const STEP_MS = pick({ quick: 250, full: 50 });
/** More than the cached key lives. */
const UNTIL_DUE_MS = 331_000;
/** The least from one read to the next: for a rejected key they back off, for a key that is due they are 5 s apart. */
const LEAST_MS = { rejected: [500, 1_000, 2_000, 4_000, 8_000, 10_000], due: [500, 1_000, 2_000, 4_000, 5_000] };

interface Rejection {
  /** Mindset's answer. */
  status: 401 | 403;
  secretsManager: string;
  /** @default - none */
  trouble?: SecretsManagerFault;
  /** It is time to read the key again anyway. */
  due: boolean;
}

const DOWN: SecretsManagerFault = { error: "InternalServiceError", status: 500 };

test.each<Rejection>([
  { status: 401, secretsManager: "holds the same key", due: false },
  { status: 403, secretsManager: "holds the same key", due: false },
  { status: 401, secretsManager: "is down (500)", trouble: DOWN, due: false },
  { status: 401, secretsManager: "is down (500)", trouble: DOWN, due: true },
  { status: 403, secretsManager: "is down (500)", trouble: DOWN, due: true },
])(
  "fails with 502, and reads the secret with increasing back-off, when Mindset answers with $status and Secrets Manager $secretsManager (key due: $due)",
  async ({ status, secretsManager: state, trouble, due }) => {
    const environment = await startScenario();
    const { mindset, secretsManager } = environment;
    const ask = createAsk();
    const instance = startClocked(environment);
    await ask(instance.invoke);
    if (due) instance.nowMs += UNTIL_DUE_MS;
    mindset.faults.set({ fault: `status-${status}` });
    if (trouble) secretsManager.fail(trouble);
    mindset.requests.length = 0;
    const began = instance.nowMs;
    const { reads, stop } = watchSecretReads(secretsManager, () => instance.nowMs - began);

    const askTogether = (requests: number) => Promise.all(Array.from({ length: requests }, () => ask(instance.invoke)));
    const calls: Call[] = await askTogether(BURST);
    for (; instance.nowMs < began + WINDOW_MS; instance.nowMs += STEP_MS) calls.push(...(await askTogether(AT_ONCE)));
    stop();

    const answer = toAlternatives(calls.map(({ status, line }) => `${status}, log \`${line?.code}\``));
    record("Mindset rejects the key and the secret holds no other", {
      Mindset: status,
      "Secrets Manager": state,
      "the key is due": due ? "yes" : "no",
      [`requests in ${WINDOW_MS / 1_000} s`]: calls.length,
      answer,
      calls: mindset.requests.length,
      "secret read at (s)": reads.map(({ at }) => at / 1_000).join(", "),
    });
    expect(answer).toBe(`502, log \`${status === 401 ? "UPSTREAM_AUTH_FAILED" : "UPSTREAM_FORBIDDEN"}\``);
    // After a 403 the first requests are repeated without the name, until one of them shows that the key is at fault.
    const repeated = mindset.requests.length - calls.length;
    expect(repeated).toBeGreaterThanOrEqual(status === 403 ? 1 : 0);
    expect(repeated).toBeLessThanOrEqual(status === 403 ? BURST : 0);
    const leastMs = LEAST_MS[due ? "due" : "rejected"];
    expect(reads.length).toBeGreaterThan(leastMs.length);
    for (const [i, gapMs] of gapsBetween(reads).entries()) {
      expect(gapMs).toBeGreaterThanOrEqual(leastMs[i] ?? Math.max(...leastMs));
    }
  },
);
