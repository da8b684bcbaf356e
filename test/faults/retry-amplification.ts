/** Experiment: Mindset is down for long, or fails now and then; how many calls does that make of a request? */
import { type Invoke, startSurroundings } from "../support/function.ts";
import { type Ask, createAsk } from "./call.ts";
import { type Findings, type Scale, toCount } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { watchMindsetCalls } from "./mindset-calls.ts";
import { OUTAGES, type Outage } from "./outages.ts";
import { recover } from "./recovery.ts";
import { askAll } from "./traffic.ts";
import { KEY } from "./world.ts";

const INSTANCES = { short: 5, full: 20 };
const PER_SECOND = 50;
/** Of 10 minutes. The retry budget counts requests, not time, so they need not take as long. */
const REQUESTS = { short: 700, full: 30_000 };
const MOST_CALLS = 1.1;
/** Fewer instances earn their retries sooner. */
const NORMAL_WITHIN_SECONDS = { short: 2, full: 5 };
/** So few requests may have bad luck in short. */
const LEAST_SUCCESS = { short: 0.985, full: 0.995 };

/** For every outage: new instances that were fine, the outage, and what follows it. */
export async function run(scale: Scale): Promise<Findings> {
  const instances = INSTANCES[scale];
  const requests = REQUESTS[scale];
  const watch = watchLog();
  const ask = createAsk(watch);
  const promised = { leastSuccess: LEAST_SUCCESS[scale], normalWithin: NORMAL_WITHIN_SECONDS[scale] };
  const outcomes: Outcome[] = [];
  for (const outage of OUTAGES) outcomes.push(await suffer({ ask, outage, instances, requests, ...promised }));
  watch.stop();
  return {
    title: `Mindset is down for ${toCount(requests)} requests (${toDuration(requests / PER_SECOND)} at ${PER_SECOND} a second), ${instances} instances`,
    head: HEAD,
    rows: outcomes.map(({ cells }) => cells),
    misses: [...outcomes.flatMap(({ misses }) => misses), ...watch.leaks.slice(0, 1)],
  };
}

/** Of requests in so many seconds. */
function toDuration(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${seconds / 60} minutes`;
}

const HEAD = [
  "Mindset",
  "requests",
  "succeeded",
  "calls by the log",
  "calls that Mindset saw",
  "calls per request",
  "most for one",
  "afterwards each succeeds with one call after so many requests",
  "and a 503 is retried again after so many",
];

interface Outcome {
  cells: string[];
  misses: string[];
}

interface Scene {
  ask: Ask;
  outage: Outage;
  instances: number;
  requests: number;
  /** Where Mindset is mostly fine. */
  leastSuccess: number;
  /** Seconds after the outage. */
  normalWithin: number;
}

async function suffer(scene: Scene): Promise<Outcome> {
  const { ask, outage, instances: count, requests, leastSuccess, normalWithin } = scene;
  const { what, begin, again, end, resetsReused = false, mostlyFine = false } = outage;
  const { mindset, coldStart, close } = await startSurroundings({ apiKey: KEY });
  const watch = watchMindsetCalls(mindset);
  const instances: Invoke[] = [];
  for (let i = 0; i < count; i++) instances.push(await coldStart());
  await askAll({ ask, instances, requests: 10 * count });

  watch.take();
  await begin(mindset);
  watch.resetReused(resetsReused);
  const during = await askAll({ ask, instances, requests, before: () => again?.(mindset) });
  await end(mindset);
  watch.resetReused(false);
  const seen = watch.take();
  const { oneCallFrom, retriedFrom } = await recover({
    ask,
    instances,
    mindset,
    perSecond: PER_SECOND,
    seconds: normalWithin,
  });
  watch.stop();
  await close();

  const callsPerRequest = seen.calls / during.asked;
  const mostCalls = Math.max(during.mostCalls, seen.mostForOneUser);
  const success = during.succeeded / during.asked;
  const misses: string[] = [];
  function promise(kept: boolean, otherwise: string) {
    if (!kept) misses.push(`${what}: ${otherwise}`);
  }
  promise(during.asked >= requests, `only ${during.asked} requests`);
  promise(seen.calls >= during.asked, `only ${seen.calls} calls seen`);
  promise(during.calls === seen.calls, `${during.calls} calls by the log, but Mindset saw ${seen.calls}`);
  promise(callsPerRequest <= MOST_CALLS, `${callsPerRequest} calls per request`);
  promise(mostCalls <= 2, `${mostCalls} calls for one request`);
  const oneCallAfter = (oneCallFrom - 1) * PER_SECOND;
  const retriedAfter = retriedFrom * PER_SECOND; // the first 503 comes after the requests of the first second
  promise(oneCallFrom <= normalWithin, `not every request succeeds with one call after ${oneCallAfter} requests`);
  promise(retriedFrom <= normalWithin, `a 503 is not retried after ${retriedAfter} requests`);
  promise(mostlyFine ? success >= leastSuccess : success === 0, `${during.succeeded} requests succeeded`);
  return {
    cells: [
      what,
      toCount(during.asked),
      `${(100 * success).toFixed(2)} %`,
      toCount(during.calls),
      toCount(seen.calls),
      callsPerRequest.toFixed(3),
      `${mostCalls}`,
      toCount(oneCallAfter),
      toCount(retriedAfter),
    ],
    misses,
  };
}
