import { expect, test } from "@jest/globals";
import type { FaultSettings } from "../../../local/mindset/faults/catalogue.ts";
import type { FakeMindset } from "../../../local/mindset/server.ts";
import type { Invoke } from "../../support/function.ts";
import { type Ask, createAsk } from "../ask.ts";
import { startScenario } from "../scenario.ts";
import { pick, record } from "../size.ts";
import { resetReusedConnections } from "./reused-connections.ts";

const INSTANCES = pick({ quick: 2, full: 20 });
/** The requests of 10 minutes at 50 per second: the retry budget counts requests, not time, so they need not take as long. */
const REQUESTS = pick({ quick: 250, full: 30_000 });
/** Requests at the same time in each instance. */
const LANES = pick({ quick: 10, full: 2 });
const MOST_CALLS_PER_REQUEST = pick({ quick: 1.3, full: 1.1 });

interface Outage {
  what: string;
  begin(mindset: FakeMindset): unknown;
  /** Called before each request. @default - nothing */
  again?(mindset: FakeMindset): unknown;
  end?(mindset: FakeMindset): unknown;
  /** Calls on connections that have served one before are reset. @default false */
  resetsReused?: boolean;
}

const OUTAGES: Outage[] = [
  { what: "503 always", begin: ({ faults }) => faults.set({ fault: "status-503" }) },
  { what: "resets every connection", begin: ({ faults }) => faults.set({ fault: "reset" }) },
  { what: "refuses every connection", begin: ({ close }) => close(), end: ({ reopen }) => reopen() },
  {
    what: "503 or a reset, at random",
    begin: () => {},
    again: ({ faults }) => faults.set({ fault: Math.random() < 0.5 ? "reset" : "status-503" }),
  },
  onNewConnections("503 with `retry-after: 120`", { fault: "status-503", retryAfter: "120" }),
  onNewConnections("429", { fault: "status-429" }),
  onNewConnections("401", { fault: "status-401" }),
  onNewConnections("HTML", { fault: "html" }),
];

function onNewConnections(what: string, settings: FaultSettings): Outage {
  return {
    what: `${what} on new connections, resets reused ones`,
    begin: ({ faults }) => faults.set(settings),
    resetsReused: true,
  };
}

const TRIED = pick({ quick: OUTAGES.filter((_, i) => i % 2 === 0), full: OUTAGES });

test.each(TRIED)("hardly adds to the load of a Mindset that is down: $what", async (outage) => {
  const { what, begin, again, end, resetsReused = false } = outage;
  const { mindset, coldStart } = await startScenario();
  const ask = createAsk();
  const instances = await startInstances(coldStart);
  await askAll({ ask, instances, requests: 10 * INSTANCES });

  mindset.requests.length = 0;
  await begin(mindset);
  const reset = resetsReused ? resetReusedConnections(mindset) : undefined;
  const during = await askAll({ ask, instances, requests: REQUESTS, before: () => again?.(mindset) });
  reset?.stop();
  mindset.faults.clear();
  await end?.(mindset);
  const arrived = mindset.requests.length;

  const afterwards = await Promise.all(instances.map((invoke) => ask(invoke)));
  await askAll({ ask, instances, requests: 20 * INSTANCES }); // ten tokens pay for a retry
  mindset.faults.set({ fault: "status-503", times: INSTANCES });
  const retried = await Promise.all(instances.map((invoke) => ask(invoke)));

  record("Mindset is down", {
    Mindset: what,
    requests: during.asked,
    "calls by the log": during.calls,
    "calls that arrived": arrived,
    "calls per request": (during.calls / during.asked).toFixed(3),
    "most for one": during.mostCalls,
  });
  expect(during.succeeded).toBe(0);
  expect(arrived).toBe(end ? 0 : during.calls);
  expect(during.calls / during.asked).toBeLessThanOrEqual(MOST_CALLS_PER_REQUEST);
  expect(during.mostCalls).toBe(2);
  expect(afterwards.map(({ status, line }) => [status, line?.attempts])).toEqual(instances.map(() => [200, 1]));
  expect(retried.map(({ status, line }) => [status, line?.attempts])).toEqual(instances.map(() => [200, 2]));
});

test("serves nearly every user while Mindset answers 5 % of the calls with 503", async () => {
  const { mindset, coldStart } = await startScenario();
  const ask = createAsk();
  const instances = await startInstances(coldStart);
  mindset.faults.set({ fault: "status-503", probability: 0.05 });
  const { asked, succeeded, calls } = await askAll({ ask, instances, requests: REQUESTS });
  const success = succeeded / asked;
  record("503 at random, to 5 % of the calls", {
    requests: asked,
    "got their token": `${(100 * success).toFixed(2)} %`,
    "calls per request": (calls / asked).toFixed(3),
  });
  expect(success).toBeGreaterThanOrEqual(pick({ quick: 0.97, full: 0.995 })); // few requests may have bad luck
});

async function startInstances(coldStart: () => Promise<Invoke>): Promise<Invoke[]> {
  const instances = [];
  for (let i = 0; i < INSTANCES; i++) instances.push(await coldStart());
  return instances;
}

interface Traffic {
  ask: Ask;
  instances: Invoke[];
  requests: number;
  before?: () => unknown;
}

/** Asks all instances, each as fast as it answers; calls are those of the log. */
async function askAll({ ask, instances, requests, before = () => {} }: Traffic) {
  const seen = { asked: 0, succeeded: 0, calls: 0, mostCalls: 0 };
  async function lane(invoke: Invoke) {
    while (seen.asked < requests) {
      seen.asked += 1;
      before();
      const { status, line } = await ask(invoke);
      const calls = Number(line?.attempts);
      seen.calls += calls;
      seen.mostCalls = Math.max(seen.mostCalls, calls);
      if (status === 200) seen.succeeded += 1;
    }
  }
  await Promise.all(instances.flatMap((invoke) => Array.from({ length: LANES }, () => lane(invoke))));
  return seen;
}
