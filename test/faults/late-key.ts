/** Experiment: Mindset revokes the old key before the new one is stored; how soon after that do requests succeed? */
import { type Surroundings, startSurroundings } from "../support/function.ts";
import { type Ask, createAsk } from "./call.ts";
import { startClocked } from "./clocked-function.ts";
import { type Findings, percentile, type Scale, toCount } from "./findings.ts";
import { watchLog } from "./log-watch.ts";

/** The secret is read again 0, 0.5, 1.5, 3.5, 7.5, 15.5, 25.5 s ... after the first refusal, hence: */
const RANGES = [
  { storedWithinMs: 1_500, recoversWithinMs: 1_000 },
  { storedWithinMs: 3_500, recoversWithinMs: 2_000 },
  { storedWithinMs: 7_500, recoversWithinMs: 4_000 },
  { storedWithinMs: 15_500, recoversWithinMs: 8_000 },
  { storedWithinMs: 60_000, recoversWithinMs: 10_000 },
];
const GAPS_PER_RANGE = { short: 2, full: 12 };
/** Time between two requests. */
const STEP_MS = 50;

/** Gaps spread over every range, by the clock of the key; everything else is real. */
export async function run(scale: Scale): Promise<Findings> {
  const around = await startSurroundings({ apiKey: OLD_KEY });
  const watch = watchLog();
  const ask = createAsk(watch);
  const rows: string[][] = [];
  const misses: string[] = [];
  for (const [i, { storedWithinMs, recoversWithinMs }] of RANGES.entries()) {
    const gapsMs = spread(RANGES[i - 1]?.storedWithinMs ?? 0, storedWithinMs, GAPS_PER_RANGE[scale]);
    const recoveries: Recovery[] = [];
    for (const gapMs of gapsMs) recoveries.push(await recover({ around, ask, gapMs }));
    const worstMs = percentile(
      recoveries.map(({ ms }) => ms),
      100,
    );
    const reads = percentile(
      recoveries.map(({ reads }) => reads),
      100,
    );
    rows.push([
      toSeconds(storedWithinMs),
      toCount(gapsMs.length),
      toSeconds(worstMs),
      toSeconds(recoversWithinMs),
      `${reads}`,
    ]);
    if (recoveries.some(({ tooEarly }) => tooEarly > 0)) misses.push(`stored within ${storedWithinMs} ms: not refused`);
    if (!(worstMs <= recoversWithinMs))
      misses.push(`stored within ${storedWithinMs} ms: no success for ${worstMs} ms more`);
  }
  watch.stop();
  await around.close();
  return {
    title: "The old key is revoked before the new one is stored",
    head: HEAD,
    rows,
    misses: [...misses, ...watch.leaks.slice(0, 1)],
  };
}

const HEAD = [
  "new key stored within",
  "gaps tried",
  "first success after that, at the latest",
  "promised",
  "secret reads",
];
const OLD_KEY = "sentinel-key-old";
const NEW_KEY = "sentinel-key-new";

/** From just after the beginning of the range, where a read has just been in vain, to its end. */
function spread(fromMs: number, toMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const gapMs = fromMs + STEP_MS + ((toMs - fromMs - STEP_MS) * i) / (count - 1);
    return Math.round(gapMs / STEP_MS) * STEP_MS;
  });
}

interface Recovery {
  /** From the moment when the new key was stored to the first request that succeeded. */
  ms: number;
  reads: number;
  /** Requests that succeeded although no key worked. */
  tooEarly: number;
}

/** An instance that is asked every 50 ms: from the refusal of its key until it works with the new one. */
async function recover(trial: { around: Surroundings; ask: Ask; gapMs: number }): Promise<Recovery> {
  const { around, ask, gapMs } = trial;
  const { mindset, secretsManager, secretName } = around;
  mindset.setApiKeys([OLD_KEY]);
  secretsManager.setSecretString(secretName, OLD_KEY);
  const instance = startClocked(around);
  await ask(instance.invoke);
  const readsBefore = secretsManager.reads();
  const began = instance.nowMs;
  function elapsedMs() {
    return instance.nowMs - began;
  }

  mindset.setApiKeys([NEW_KEY]);
  let tooEarly = 0;
  for (; elapsedMs() < gapMs; instance.nowMs += STEP_MS) if ((await ask(instance.invoke)).status === 200) tooEarly += 1;
  secretsManager.setSecretString(secretName, NEW_KEY);
  while ((await ask(instance.invoke)).status !== 200 && elapsedMs() < gapMs + 60_000) instance.nowMs += STEP_MS;
  return { ms: elapsedMs() - gapMs, reads: secretsManager.reads() - readsBefore, tooEarly };
}

function toSeconds(ms: number): string {
  return `${ms / 1_000} s`;
}
