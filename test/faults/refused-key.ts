/** Experiment: Mindset refuses the key for good and the secret holds no other; how often is it read, and with what answer? */
import type { SecretsManagerFault } from "../../local/secrets-manager/server.ts";
import { startSurroundings } from "../support/function.ts";
import { type Ask, type Call, createAsk } from "./call.ts";
import { startClocked } from "./clocked-function.ts";
import { type Findings, type Scale, toAlternatives, toCount } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { gapsBetween, watchSecretReads } from "./secret-reads.ts";
import { KEY } from "./world.ts";

const WINDOW_MS = 60_000;
const BURST = 20;
/** Requests at once at every step after the burst. */
const AT_ONCE = 2;
const STEP_MS = { short: 250, full: 50 };
/** By the clock of the key: more than it lives. */
const UNTIL_DUE_MS = 331_000;
/** The least from the beginning of a read to that of the next: forced ones back off, a key that is due is read every 5 s. */
const LEAST_MS = { refused: [500, 1_000, 2_000, 4_000, 8_000, 10_000], due: [500, 1_000, 2_000, 4_000, 5_000] };

const DOWN: SecretsManagerFault = { error: "InternalServiceError", status: 500 };
const CASES: Case[] = [
  { status: 401, secretsManager: "the same key", due: false },
  { status: 403, secretsManager: "the same key", due: false },
  { status: 401, secretsManager: "down (500)", trouble: DOWN, due: false },
  { status: 401, secretsManager: "down (500)", trouble: DOWN, due: true },
  { status: 403, secretsManager: "denies access", trouble: { error: "AccessDeniedException" }, due: true },
];

interface Case {
  /** Mindset's answer. */
  status: 401 | 403;
  secretsManager: string;
  /** @default - none */
  trouble?: SecretsManagerFault;
  /** It is time to read the key again anyway. */
  due: boolean;
}

/** A burst of requests, and more for a minute by the clock of the key; everything else is real. */
export async function run(scale: Scale): Promise<Findings> {
  const watch = watchLog();
  const ask = createAsk(watch);
  const outcomes: Outcome[] = [];
  for (const refusal of CASES) outcomes.push(await suffer({ ask, refusal, stepMs: STEP_MS[scale] }));
  watch.stop();
  return {
    title: "The key is refused, the secret holds no other: reads back off instead of a flat one in 10 s",
    head: HEAD,
    rows: outcomes.map(({ cells }) => cells),
    misses: [...outcomes.flatMap(({ misses }) => misses), ...watch.leaks.slice(0, 1)],
  };
}

const HEAD = [
  "Mindset",
  "Secrets Manager",
  "the key is due",
  `requests in ${WINDOW_MS / 1_000} s`,
  "answer",
  "calls",
  "reads begun at (s)",
  "in the first 10 s",
  "promised between two (s)",
];

interface Outcome {
  cells: string[];
  misses: string[];
}

async function suffer(scene: { ask: Ask; refusal: Case; stepMs: number }): Promise<Outcome> {
  const { ask, refusal, stepMs } = scene;
  const { status, secretsManager: state, trouble, due } = refusal;
  const around = await startSurroundings({ apiKey: KEY });
  const { mindset, secretsManager } = around;
  const instance = startClocked(around);
  await ask(instance.invoke);
  if (due) instance.nowMs += UNTIL_DUE_MS;
  mindset.faults.set({ fault: `status-${status}` });
  if (trouble) secretsManager.fail(trouble);
  mindset.requests.length = 0;
  const began = instance.nowMs;
  const { reads, stop } = watchSecretReads(secretsManager, () => instance.nowMs - began);

  function askTogether(requests: number) {
    return Promise.all(Array.from({ length: requests }, () => ask(instance.invoke)));
  }
  const calls: Call[] = await askTogether(BURST);
  for (; instance.nowMs < began + WINDOW_MS; instance.nowMs += stepMs) calls.push(...(await askTogether(AT_ONCE)));
  stop();
  await around.close();

  const answers = calls.map(({ status, body, line }) => `${status} \`${body.code}\`, log \`${line?.code}\``);
  const logCode = status === 401 ? "UPSTREAM_AUTH_FAILED" : "UPSTREAM_FORBIDDEN";
  const leastMs = LEAST_MS[due ? "due" : "refused"];
  function seconds(ms: readonly number[]) {
    return ms.map((each) => each / 1_000).join(", ");
  }
  const misses: string[] = [];
  function promise(kept: boolean, otherwise: string) {
    if (!kept) misses.push(`${status}, ${state}${due ? ", key due" : ""}: ${otherwise}`);
  }
  const answer = toAlternatives(answers);
  promise(answer === `502 \`UPSTREAM_ERROR\`, log \`${logCode}\``, `answered with ${answer}`);
  promise(mindset.requests.length === calls.length, `${mindset.requests.length} calls for ${calls.length} requests`);
  promise(reads.length > leastMs.length, `only ${reads.length} reads`);
  for (const [i, gapMs] of gapsBetween(reads).entries())
    promise(gapMs >= (leastMs[i] ?? Math.max(...leastMs)), `read ${i + 2} began ${gapMs} ms after the one before`);
  return {
    cells: [
      `${status}`,
      state,
      due ? "yes" : "no",
      toCount(calls.length),
      answer,
      toCount(mindset.requests.length),
      seconds(reads.map(({ at }) => at)),
      `${reads.filter(({ at }) => at < 10_000).length}`,
      `${seconds(leastMs)} ...`,
    ],
    misses,
  };
}
