/** Experiment: Lambda freezes an instance while it reads the key again; does a request fail after the thaw? */
import { setTimeout as sleep } from "node:timers/promises";
import { startSurroundings } from "../support/function.ts";
import { type Findings, type Scale, toCount, toMs } from "./findings.ts";
import { type InstanceProcess, startInstanceProcess } from "./instance-process.ts";
import { answersSecret, holdsSecret } from "./log-watch.ts";
import { watchSecretReads } from "./secret-reads.ts";
import { KEY } from "./world.ts";

const OTHER_KEY = "sentinel-key-2";
const INSTANCES = { short: 1, full: 5 };
/** By the clock of the key: more than it lives. */
const UNTIL_DUE_MS = 331_000;
/** What Secrets Manager takes: more than a request waits for it. */
const READ_MS = 1_200;
/** More than a read may take: the thaw ends it at once. */
const FROZEN_MS = { short: 3_600, full: 4_600 };
/** After the thaw, to each instance; the first ones are there before the instance runs again. */
const REQUESTS = { atOnce: 4, oneByOne: 8 };
const PAUSE_MS = 20;

const SCENES = [
  { meanwhile: "nothing happens", rotates: false },
  { meanwhile: "the key is rotated, the old one revoked", rotates: true },
];

/** Instances are processes with the real `lambda/token/index.ts`, stopped by SIGSTOP; only their clock is set forward. */
export async function run(scale: Scale): Promise<Findings> {
  const scenes = SCENES.filter(({ rotates }) => rotates || scale === "full");
  const outcomes: Outcome[] = [];
  for (const scene of scenes) outcomes.push(await freeze({ ...scene, scale }));
  return {
    title: `The instance is frozen for ${FROZEN_MS[scale] / 1_000} s while it reads the key again`,
    head: HEAD,
    rows: outcomes.map(({ cells }) => cells),
    misses: outcomes.flatMap(({ misses }) => misses),
  };
}

const HEAD = [
  "meanwhile",
  "instances",
  "reads on their way when it froze",
  "requests after the thaw",
  "failed",
  "second call needed",
  "slowest",
];

interface Outcome {
  cells: string[];
  misses: string[];
}

interface Scene {
  meanwhile: string;
  rotates: boolean;
  scale: Scale;
}

async function freeze({ meanwhile, rotates, scale }: Scene): Promise<Outcome> {
  const around = await startSurroundings({ apiKey: KEY });
  const { mindset, secretsManager, secretName } = around;
  const names = Array.from({ length: INSTANCES[scale] }, (_, i) => `INSTANCE-${i}`);
  const instances = names.map((name) => {
    around.applyEnvironment({ AWS_ACCESS_KEY_ID: name });
    return startInstanceProcess();
  });
  function onEach(work: (instance: InstanceProcess, name: string) => Promise<unknown>) {
    return Promise.all(instances.map((instance, i) => work(instance, names[i] as string)));
  }

  const seen = { asked: 0, failed: 0, leaks: 0, slowestMs: 0 };
  async function ask(instance: InstanceProcess) {
    seen.asked += 1;
    const subject = `sentinel-${seen.asked}`;
    const began = performance.now();
    const answer = await instance.ask(subject);
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - began);
    const isOwn = mindset.tokens.get(JSON.parse(answer.body).authToken) === subject;
    if (answer.statusCode !== 200 || !isOwn) seen.failed += 1;
    if (answersSecret(answer)) seen.leaks += 1;
  }

  await onEach(ask);
  const { reads, stop } = watchSecretReads(secretsManager, () => performance.now());
  secretsManager.fail({ delayMs: READ_MS });
  let onTheirWay = 0;
  await onEach(async (instance, name) => {
    instance.setAhead(UNTIL_DUE_MS);
    await ask(instance);
    instance.freeze();
    const began = reads.find(({ accessKeyId }) => accessKeyId === name)?.at ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - began < READ_MS) onTheirWay += 1;
  });
  stop();
  await sleep(READ_MS); // the reads are answered, as the secret is now
  secretsManager.recover();
  if (rotates) {
    mindset.setApiKeys([OTHER_KEY]);
    secretsManager.setSecretString(secretName, OTHER_KEY);
  }
  await sleep(FROZEN_MS[scale] - READ_MS);

  const askedBefore = seen.asked;
  seen.slowestMs = 0;
  await onEach(async (instance) => {
    const first = Array.from({ length: REQUESTS.atOnce }, () => ask(instance));
    instance.thaw();
    await Promise.all(first);
    for (let i = 0; i < REQUESTS.oneByOne; i++) await sleep(PAUSE_MS).then(() => ask(instance));
  });
  const lines = (await Promise.all(instances.map((instance) => instance.close()))).flat();
  await around.close();

  const twice = lines.filter((line) => line.includes('"attempts":2,')).length;
  const leaks = seen.leaks + lines.filter(holdsSecret).length;
  const misses: string[] = [];
  if (seen.failed > 0) misses.push(`${meanwhile}: ${seen.failed} of ${seen.asked} requests failed`);
  if (reads.length !== instances.length) misses.push(`${meanwhile}: ${reads.length} reads before it froze`);
  if (leaks > 0) misses.push(`${meanwhile}: ${leaks} log lines or answers with something secret in them`);
  if (scale === "full" && onTheirWay < instances.length)
    misses.push(`${meanwhile}: only ${onTheirWay} reads were on their way`);
  const counts = [instances.length, onTheirWay, seen.asked - askedBefore, seen.failed, twice].map(toCount);
  return { cells: [meanwhile, ...counts, toMs(seen.slowestMs)], misses };
}
