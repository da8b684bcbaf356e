import { expect, test } from "@jest/globals";
import { createAsk } from "../ask.ts";
import { KEY, startScenario } from "../scenario.ts";
import { pick, record } from "../size.ts";
import { startClocked } from "./clocked-function.ts";

const NEW_KEY = "sentinel-key-new";
const GAPS_PER_RANGE = pick({ quick: 2, full: 12 });
/** Time between two requests. */
const STEP_MS = pick({ quick: 250, full: 50 });

// The secret is read again 0, 0.5, 1.5, 3.5, 7.5, 15.5, 25.5 s ... after the first rejection, so:
test.each([
  { from: 0, to: 1_500, recoversWithinMs: 1_000 },
  { from: 1_500, to: 3_500, recoversWithinMs: 2_000 },
  { from: 3_500, to: 7_500, recoversWithinMs: 4_000 },
  { from: 7_500, to: 15_500, recoversWithinMs: 8_000 },
  { from: 15_500, to: 60_000, recoversWithinMs: 10_000 },
])(
  "finds the new key within $recoversWithinMs ms when it is stored up to $to ms after the old one was revoked",
  async ({ from, to, recoversWithinMs }) => {
    const environment = await startScenario();
    const { mindset, secretsManager, secretName } = environment;
    const ask = createAsk();

    /** Asks an instance at every step, by the clock of the key; everything else is real. @returns how long requests fail on. */
    async function recover(gapMs: number): Promise<number> {
      mindset.setApiKeys([KEY]);
      secretsManager.setSecretString(secretName, KEY);
      const instance = startClocked(environment);
      await ask(instance.invoke);
      const storedAt = instance.nowMs + gapMs;
      mindset.setApiKeys([NEW_KEY]);
      for (; instance.nowMs < storedAt; instance.nowMs += STEP_MS) {
        expect((await ask(instance.invoke)).status).toBe(502);
      }
      secretsManager.setSecretString(secretName, NEW_KEY);
      while ((await ask(instance.invoke)).status !== 200 && instance.nowMs < storedAt + 60_000) {
        instance.nowMs += STEP_MS;
      }
      return instance.nowMs - storedAt;
    }
    let worstMs = 0;
    for (const gapMs of spread(from, to)) worstMs = Math.max(worstMs, await recover(gapMs));
    record("The old key is revoked before the new one is stored", {
      "new key stored within": `${to / 1_000} s`,
      "gaps tried": GAPS_PER_RANGE,
      "requests fail after that for": `${worstMs / 1_000} s`,
      "at most": `${recoversWithinMs / 1_000} s`,
    });
    expect(worstMs).toBeLessThanOrEqual(recoversWithinMs);
  },
);

/** From just after the beginning of the range, where a read has just been in vain, to its end. */
function spread(fromMs: number, toMs: number): number[] {
  return Array.from({ length: GAPS_PER_RANGE }, (_, i) => {
    const gapMs = fromMs + STEP_MS + ((toMs - fromMs - STEP_MS) * i) / (GAPS_PER_RANGE - 1);
    return Math.round(gapMs / STEP_MS) * STEP_MS;
  });
}
