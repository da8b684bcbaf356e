import { expect, test } from "@jest/globals";
import type { FaultSettings } from "../../../local/mindset/faults/catalogue.ts";
import type { RecordedRequest } from "../../../local/mindset/records.ts";
import { createCertificate, trust } from "../../support/servers/tls.ts";
import { type Call, createAsk } from "../ask.ts";
import { startScenario } from "../scenario.ts";
import { pick, record } from "../size.ts";

const REQUESTS = pick({ quick: 250, full: 5_000 });
const AT_ONCE = 64;
/** In turns; each hits one call. */
const FAULTS = ["status-503", "reset", "hang-up", "end-in-body"];
/** Requests from one fault to the next: the retries that this takes, the retry budget can pay for. */
const BETWEEN_FAULTS = 12;
/** At least one request of so many gets its token by a second call although its key was not rejected. */
const REQUESTS_PER_RETRY = 50;
/** When all connections are dropped, and when the key is rotated, in parts of all requests. */
const DROPS = [0.3, 0.85];
const ROTATIONS = [0.75, 0.9];
/** All requests before this are answered before the key is rotated: one that waits to be retried would meet the old key. */
const UNTIL_ROTATIONS = 0.7;

test.each(["http", "https"] as const)(
  "many users at the same time each get their own token while calls fail, connections drop and the key is rotated, over %s",
  async (scheme) => {
    const tls = scheme === "https" ? await createCertificate() : undefined;
    if (tls) trust(tls.cert);
    const { mindset, secretsManager, secretName, coldStart } = await startScenario({ tls });
    const ask = createAsk();
    const invoke = await coldStart();
    const calls: Call[] = [];
    let begun = 0;
    let rotated = 0;
    const isAt = (parts: number[]) => parts.some((part) => begun === Math.round(part * REQUESTS));
    function disturb() {
      if (begun % BETWEEN_FAULTS === 0) mindset.faults.set(faultNumber(begun / BETWEEN_FAULTS));
      else if (!mindset.faults.current()?.times) mindset.faults.set(aDelay()); // a fault waits until a call has met it
      if (isAt(DROPS)) mindset.dropConnections();
      if (isAt(ROTATIONS)) {
        rotated += 1;
        mindset.setApiKeys([`sentinel-rotated-${rotated}`]);
        secretsManager.setSecretString(secretName, `sentinel-rotated-${rotated}`);
      }
    }
    async function lane(until: number) {
      while (begun < until) {
        begun += 1;
        disturb();
        calls.push(await ask(invoke));
      }
    }
    for (const until of [UNTIL_ROTATIONS * REQUESTS, REQUESTS])
      await Promise.all(Array.from({ length: AT_ONCE }, () => lane(until)));

    const metFault = mindset.requests.filter(({ answer }) => FAULTS.includes(`${answer.fault}`)).length;
    const rejected = new Set(mindset.requests.filter(({ answer }) => answer.status === 403).map(userOf));
    const served = calls.filter(({ status }) => status === 200);
    const twice = served.filter(({ line }) => line?.attempts === 2);
    const retried = twice.filter(({ subject }) => !rejected.has(subject));
    record(`Many users, ${AT_ONCE} requests at a time in one instance, while calls fail and the key is rotated`, {
      over: scheme,
      users: calls.length,
      "calls that met a fault": metFault,
      "got their own token": served.length,
      "by a second call": twice.length,
      "of them without a rejected key": retried.length,
      "got an error": calls.length - served.length,
    });
    expect(served.map(({ body }) => mindset.tokens.get(String(body.authToken)))).toEqual(
      served.map(({ subject }) => subject),
    );
    expect(calls.length - served.length).toBeLessThanOrEqual(metFault + DROPS.length * AT_ONCE);
    expect(retried.length).toBeGreaterThanOrEqual(REQUESTS / REQUESTS_PER_RETRY);
    expect(calls.filter(({ status, line }) => (line?.outcome === "issued") !== (status === 200))).toEqual([]);
    expect(new Set(calls.map(({ line }) => line?.subjectHash)).size).toBe(calls.length);
    expect(rejected.size).toBeGreaterThan(0);
  },
);

function userOf({ body }: RecordedRequest): string {
  return JSON.parse(body.toString()).externalId;
}

function faultNumber(number: number): FaultSettings {
  return { fault: FAULTS[number % FAULTS.length] as string, times: 1 };
}

/** Half of the calls take their time, so that they overtake each other. */
function aDelay(): FaultSettings {
  return { fault: "delay", probability: 0.5, ms: Math.ceil(Math.random() * 20) };
}
