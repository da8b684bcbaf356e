import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { answersSecret, holdsSecret } from "../log-watch.ts";
import { afterTest, startScenario } from "../scenario.ts";
import { watchSecretReads } from "../secret-reads.ts";
import { isFull, pick, record, toMs } from "../size.ts";
import { type InstanceProcess, startInstanceProcess } from "./instance-process.ts";

const OTHER_KEY = "sentinel-key-2";
const INSTANCES = pick({ quick: 1, full: 5 });
/** By the clock of the key: more than it lives. */
const UNTIL_DUE_MS = 331_000;
/** What Secrets Manager takes: more than a request waits for it. */
const READ_MS = 1_200;
/** More than a read may take: it has timed out when the instance thaws. */
const FROZEN_MS = pick({ quick: 3_600, full: 4_600 });
/** After the thaw, to each instance; those at the same time are sent before the instance runs again. */
const REQUESTS = { atOnce: 4, oneByOne: 8 };
const PAUSE_MS = 20;

// Instances are processes that run `lambda/token/index.ts`, stopped by SIGSTOP; only their clock is set forward.
test.each([
  { during: "nothing happens", rotates: false },
  { during: "the key is rotated and the old one revoked", rotates: true },
])("no request fails after an instance was frozen while it read the key again, and $during", async (scene) => {
  const { mindset, secretsManager, secretName, applyEnvironment } = await startScenario();
  const names = Array.from({ length: INSTANCES }, (_, i) => `INSTANCE-${i}`);
  const instances = names.map((name) => {
    applyEnvironment({ AWS_ACCESS_KEY_ID: name });
    return startInstanceProcess();
  });
  afterTest(() => Promise.all(instances.map((instance) => instance.close())));
  function onEach(work: (instance: InstanceProcess, name: string) => Promise<unknown>) {
    return Promise.all(instances.map((instance, i) => work(instance, names[i] as string)));
  }
  let asked = 0;
  let slowestMs = 0;
  async function ask(instance: InstanceProcess) {
    asked += 1;
    const subject = `sentinel-${asked}`;
    const began = performance.now();
    const answer = await instance.ask(subject);
    slowestMs = Math.max(slowestMs, performance.now() - began);
    const { authToken } = JSON.parse(answer.body);
    expect([answer.statusCode, mindset.tokens.get(authToken)]).toEqual([200, subject]);
    expect(answersSecret(answer)).toBe(false);
  }

  await onEach(ask);
  const { reads, stop } = watchSecretReads(secretsManager, () => performance.now());
  secretsManager.fail({ delayMs: READ_MS });
  let underWay = 0;
  await onEach(async (instance, name) => {
    instance.setAhead(UNTIL_DUE_MS);
    await ask(instance);
    instance.freeze();
    const began = reads.find(({ accessKeyId }) => accessKeyId === name)?.at ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - began < READ_MS) underWay += 1;
  });
  stop();
  await sleep(READ_MS); // the reads are answered, as the secret is now
  secretsManager.recover();
  if (scene.rotates) {
    mindset.setApiKeys([OTHER_KEY]);
    secretsManager.setSecretString(secretName, OTHER_KEY);
  }
  await sleep(FROZEN_MS - READ_MS);

  const askedBefore = asked;
  slowestMs = 0;
  await onEach(async (instance) => {
    const first = Array.from({ length: REQUESTS.atOnce }, () => ask(instance));
    instance.thaw();
    await Promise.all(first);
    for (let i = 0; i < REQUESTS.oneByOne; i++) await sleep(PAUSE_MS).then(() => ask(instance));
  });
  const lines = (await Promise.all(instances.map((instance) => instance.close()))).flat();
  record(`The instance is frozen for ${FROZEN_MS / 1_000} s while it reads the key again`, {
    "in that time": scene.during,
    instances: INSTANCES,
    "reads under way when it froze": underWay,
    "requests after the thaw, all served": asked - askedBefore,
    "second call needed": lines.filter((line) => line.includes('"attempts":2,')).length,
    slowest: toMs(slowestMs),
  });
  expect(lines.filter(holdsSecret)).toEqual([]);
  expect(reads.length).toBe(INSTANCES);
  if (isFull) expect(underWay).toBe(INSTANCES);
});
