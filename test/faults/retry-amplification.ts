/** Experiment: Mindset is down for long, or fails now and then; how many calls does that make of a request? */
import { type Invoke, startSurroundings } from "../support/function.ts";
import { type Ask, createAsk } from "./call.ts";
import { type Findings, type Scale, toCount } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { OUTAGES, type Outage } from "./outages.ts";
import { KEY } from "./world.ts";

const INSTANCES = { short: 4, full: 20 };
/** Requests at once in every instance. */
const LANES = 2;
/** 50 requests a second for 10 minutes. The retry budget counts requests, not time, so they need not take as long. */
const REQUESTS = { short: 600, full: 30_000 };
const MOST_CALLS = 1.1;
/** 5 seconds at 50 requests a second, in which everything must be normal again. */
const AFTERWARDS = 250;
const LEAST_SUCCESS = 0.995;

/** For every outage: new instances that were fine, the outage, and what follows it. */
export const run = async (scale: Scale): Promise<Findings> => {
  const watch = watchLog();
  const ask = createAsk(watch);
  const outcomes: Outcome[] = [];
  for (const outage of OUTAGES)
    outcomes.push(await suffer({ ask, outage, instances: INSTANCES[scale], requests: REQUESTS[scale] }));
  watch.stop();
  return {
    title: `Mindset is down for 10 minutes at 50 requests a second, ${INSTANCES[scale]} instances`,
    head: ["Mindset", "requests", "succeeded", "calls per request", "most for one", `failed of the next ${AFTERWARDS}`],
    rows: outcomes.map(({ cells }) => cells),
    misses: [...outcomes.flatMap(({ misses }) => misses), ...watch.leaks.slice(0, 1)],
  };
};

interface Outcome {
  cells: string[];
  misses: string[];
}

interface Scene {
  ask: Ask;
  outage: Outage;
  instances: number;
  requests: number;
}

const suffer = async ({ ask, outage, instances: count, requests }: Scene): Promise<Outcome> => {
  const { what, begin, again, end, mostlyFine = false } = outage;
  const { mindset, coldStart, close } = await startSurroundings({ apiKey: KEY });
  const instances: Invoke[] = [];
  for (let i = 0; i < count; i++) instances.push(await coldStart());
  await askAll({ ask, instances, requests: 10 * count });

  await begin(mindset);
  const during = await askAll({ ask, instances, requests, before: () => again?.(mindset) });
  await end(mindset);
  const afterwards = await askAll({ ask, instances, requests: AFTERWARDS });
  await close();

  const callsPerRequest = during.calls / requests;
  const misses: string[] = [];
  const success = (requests - during.failed) / requests;
  if (callsPerRequest > MOST_CALLS) misses.push(`${what}: ${callsPerRequest} calls per request`);
  if (during.mostCalls > 2) misses.push(`${what}: ${during.mostCalls} calls for one request`);
  if (afterwards.failed > 0) misses.push(`${what}: ${afterwards.failed} requests failed when it was over`);
  if (mostlyFine ? success < LEAST_SUCCESS : success > 0) misses.push(`${what}: ${during.failed} requests failed`);
  return {
    cells: [
      what,
      toCount(requests),
      `${(100 * success).toFixed(2)} %`,
      callsPerRequest.toFixed(3),
      `${during.mostCalls}`,
      `${afterwards.failed}`,
    ],
    misses,
  };
};

interface Traffic {
  ask: Ask;
  instances: Invoke[];
  requests: number;
  before?: () => unknown;
}

const askAll = async ({ ask, instances, requests, before = () => {} }: Traffic) => {
  const seen = { begun: 0, failed: 0, calls: 0, mostCalls: 0 };
  const lane = async (invoke: Invoke) => {
    while (seen.begun < requests) {
      seen.begun += 1;
      before();
      const { status, line } = await ask(invoke);
      const calls = Number(line?.attempts);
      seen.calls += calls;
      seen.mostCalls = Math.max(seen.mostCalls, calls);
      if (status !== 200) seen.failed += 1;
    }
  };
  await Promise.all(instances.flatMap((invoke) => Array.from({ length: LANES }, () => lane(invoke))));
  return seen;
};
