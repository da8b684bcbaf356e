/** Experiment: Secrets Manager fails while a new instance knows no key; how soon is that answered, and when is it over? */
import { type Surroundings, startSurroundings } from "../support/function.ts";
import { type Ask, type Call, createAsk } from "./call.ts";
import { type Findings, percentile, type Scale, toAlternatives, toMs } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { KEY } from "./world.ts";

const RUNS = { short: 1, full: 3 };
const AT_MOST_MS = 4_000;
const AT_ONCE = 100;

const TROUBLES: Trouble[] = [
  {
    what: "down (500)",
    begin: ({ secretsManager }) => secretsManager.fail({ error: "InternalServiceError", status: 500 }),
  },
  {
    what: "throttles every call",
    begin: ({ secretsManager }) => secretsManager.fail({ error: "ThrottlingException" }),
  },
  {
    what: "refuses connections",
    begin: ({ secretsManager }) => secretsManager.close(),
    end: ({ secretsManager }) => secretsManager.reopen(),
  },
  { what: "never answers", begin: ({ secretsManager }) => secretsManager.fail({ silence: true }), slow: true },
];

interface Trouble {
  what: string;
  begin(around: Surroundings): unknown;
  end?(around: Surroundings): unknown;
  /** @default false */
  slow?: boolean;
}

/** Cold starts in the middle of the trouble, the first request of each, and the first one after the trouble. */
export async function run(scale: Scale): Promise<Findings> {
  const around = await startSurroundings({ apiKey: KEY });
  const watch = watchLog();
  const ask = createAsk(watch);
  const rows: string[][] = [];
  const misses: string[] = [];
  for (const trouble of TROUBLES.filter(({ slow }) => scale === "full" || !slow)) {
    const trials: Trial[] = [];
    for (let i = 0; i < RUNS[scale]; i++) trials.push(await suffer({ around, ask, trouble }));
    const worstMs = percentile(
      trials.map(({ ms }) => ms),
      100,
    );
    const right = trials.filter(({ answer, afterwards }) => answer === UNAVAILABLE && afterwards === "200").length;
    rows.push([
      trouble.what,
      toAlternatives(trials.map(({ answer }) => answer)),
      toMs(worstMs),
      toAlternatives(trials.map(({ afterwards }) => afterwards)),
      `${right} of ${trials.length}`,
    ]);
    if (right < trials.length) misses.push(`${trouble.what}: ${JSON.stringify(trials)}`);
    if (scale === "full" && !(worstMs <= AT_MOST_MS)) misses.push(`${trouble.what}: took ${toMs(worstMs)}`);
  }
  const { reads, failed } = await burst(around, ask);
  rows.push([`fine; ${AT_ONCE} cold requests at once`, `${failed} failed; secret reads: ${reads}`, "", "", ""]);
  if (reads !== 1 || failed > 0) misses.push(`${AT_ONCE} cold requests at once: ${reads} reads, ${failed} failed`);
  watch.stop();
  await around.close();
  return {
    title: "Secrets Manager fails, cold instance",
    head: HEAD,
    rows,
    misses: [...misses, ...watch.leaks.slice(0, 1)],
  };
}

const HEAD = [
  "Secrets Manager",
  "answer",
  "slowest, from the cold start",
  "the first request after it is back",
  "as promised",
];

interface Trial {
  /** From the cold start to the answer. */
  ms: number;
  answer: string;
  /** The answer to the first request after the trouble. */
  afterwards: string;
}

/** With its log code and its header `retry-after`, when there are any. */
function toText({ status, body, line, retryAfter }: Call): string {
  return body.code ? `${status} \`${body.code}\`, log \`${line?.code}\`, retry-after ${retryAfter}` : `${status}`;
}

const UNAVAILABLE = "503 `SECRET_UNAVAILABLE`, log `SECRET_UNAVAILABLE`, retry-after 5";

async function suffer(scene: { around: Surroundings; ask: Ask; trouble: Trouble }): Promise<Trial> {
  const { around, ask, trouble } = scene;
  await trouble.begin(around);
  const began = performance.now();
  const invoke = await around.coldStart();
  const answer = toText(await ask(invoke));
  const ms = performance.now() - began;
  around.secretsManager.recover();
  await trouble.end?.(around);
  return { ms, answer, afterwards: toText(await ask(invoke)) };
}

async function burst({ coldStart, secretsManager }: Surroundings, ask: Ask) {
  const before = secretsManager.reads();
  const invoke = await coldStart();
  const calls = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(invoke)));
  return { reads: secretsManager.reads() - before, failed: calls.filter(({ status }) => status !== 200).length };
}
