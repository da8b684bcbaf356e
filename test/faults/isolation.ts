/** Experiment: requests of many users at once in one instance while much goes wrong; does everybody get their own token? */
import type { FaultSettings } from "../../local/mindset/faults/catalogue.ts";
import type { RecordedRequest } from "../../local/mindset/records.ts";
import { startSurroundings } from "../support/function.ts";
import { createCertificate, trust } from "../support/tls.ts";
import { type Ask, type Call, createAsk } from "./call.ts";
import { type Findings, type Scale, toCount } from "./findings.ts";
import { watchLog } from "./log-watch.ts";

const REQUESTS = { short: 250, full: 5_000 };
const AT_ONCE = 64;
/** In turns; each befalls one call. */
const FAULTS = ["status-503", "reset", "hang-up", "end-in-body"];
/** Requests from one fault to the next: the retries that this takes, the budget of retries can pay for. */
const BETWEEN_FAULTS = 12;
/** At least one request of so many must have its token by a second call that no refused key was the reason for. */
const REQUESTS_PER_RETRY = 50;
/** When all connections are dropped, and when the key is rotated, in parts of all requests. */
const DROPS = [0.3, 0.85];
const ROTATIONS = [0.75, 0.9];
/** Every request before this is answered before the key is rotated: one that waits to be retried would meet the old key. */
const UNTIL_ROTATIONS = 0.7;

/** Over HTTP and HTTPS. */
export async function run(scale: Scale): Promise<Findings> {
  const watch = watchLog();
  const ask = createAsk(watch);
  const outcomes = [
    await mingle({ ask, scheme: "http", requests: REQUESTS[scale] }),
    await mingle({ ask, scheme: "https", requests: REQUESTS[scale] }),
  ];
  watch.stop();
  return {
    title: `Many users at once, ${AT_ONCE} requests at a time in one instance, while calls fail and the key is rotated`,
    head: HEAD,
    rows: outcomes.map(({ cells }) => cells),
    misses: [...outcomes.flatMap(({ misses }) => misses), ...watch.leaks.slice(0, 1)],
  };
}

const HEAD = [
  "over",
  "users",
  "calls that met a fault",
  "times all connections were dropped",
  "times the key was rotated",
  "got a token",
  "got their own",
  "by a second call",
  "of them without a refused key",
  "got none",
  "log lines of their own",
  "hashes of a subject in them",
];

interface Scene {
  ask: Ask;
  scheme: "http" | "https";
  requests: number;
}

/** Mindset takes its time with half of the calls, at random, so that they overtake each other. */
async function mingle({ ask, scheme, requests }: Scene) {
  const tls = scheme === "https" ? await createCertificate() : undefined;
  if (tls) trust(tls.cert);
  const around = await startSurroundings({ apiKey: keyNumber(0), ...(tls && { tls }) });
  const { mindset, secretsManager, secretName } = around;
  const invoke = await around.coldStart();
  const calls: Call[] = [];
  let begun = 0;
  let dropped = 0;
  let rotated = 0;
  function at(parts: number[]) {
    return parts.some((part) => begun === Math.round(part * requests));
  }
  function disturb() {
    if (begun % BETWEEN_FAULTS === 0) mindset.faults.set(faultNumber(begun / BETWEEN_FAULTS));
    else if (!mindset.faults.current()?.times) mindset.faults.set(aDelay()); // a fault waits until a call has met it
    if (at(DROPS)) {
      dropped += 1;
      mindset.dropConnections();
    }
    if (at(ROTATIONS)) {
      rotated += 1;
      mindset.setApiKeys([keyNumber(rotated)]);
      secretsManager.setSecretString(secretName, keyNumber(rotated));
    }
  }
  async function lane(until: number) {
    while (begun < until) {
      begun += 1;
      disturb();
      calls.push(await ask(invoke));
    }
  }
  for (const until of [UNTIL_ROTATIONS * requests, requests])
    await Promise.all(Array.from({ length: AT_ONCE }, () => lane(until)));
  await around.close();

  const met = mindset.requests.filter(({ answer }) => FAULTS.includes(`${answer.fault}`)).length;
  const refused = new Set(mindset.requests.filter(({ answer }) => answer.status === 403).map(userOf));
  const served = calls.filter(({ status }) => status === 200);
  const own = served.filter(({ subject, body }) => mindset.tokens.get(String(body.authToken)) === subject).length;
  const twice = served.filter(({ line }) => line?.attempts === 2);
  const retried = twice.filter(({ subject }) => !refused.has(subject)).length;
  const none = calls.length - served.length;
  const lines = calls.filter(({ status, line }) => (line?.outcome === "issued") === (status === 200)).length;
  const subjects = new Set(calls.map(({ line }) => line?.subjectHash).filter(Boolean)).size;
  const misses: string[] = [];
  function promise(kept: boolean, otherwise: string) {
    if (!kept) misses.push(`${scheme}: ${otherwise}`);
  }
  promise(own === served.length, `${served.length - own} got a token that is not their own`);
  const wentWrong = met + dropped * AT_ONCE;
  promise(none <= wentWrong, `${none} got no token, but at most ${wentWrong} calls went wrong`);
  promise(retried >= requests / REQUESTS_PER_RETRY, `only ${retried} got their token by a second call`);
  promise(lines === calls.length, `${calls.length - lines} have no log line of their own`);
  promise(subjects === calls.length, `${subjects} hashes of a subject for ${calls.length} users`);
  promise(rotated === ROTATIONS.length && refused.size > 0, "nobody met a rotated key");
  const counts = [
    calls.length,
    met,
    dropped,
    rotated,
    served.length,
    own,
    twice.length,
    retried,
    none,
    lines,
    subjects,
  ];
  return { cells: [scheme, ...counts.map(toCount)], misses };
}

function userOf({ body }: RecordedRequest): string {
  return JSON.parse(body.toString()).externalId;
}

function faultNumber(number: number): FaultSettings {
  return {
    fault: FAULTS[number % FAULTS.length] as string,
    times: 1,
  };
}

function aDelay(): FaultSettings {
  return { fault: "delay", probability: 0.5, ms: Math.ceil(Math.random() * 20) };
}

function keyNumber(number: number): string {
  return `sentinel-key-${number}`;
}
