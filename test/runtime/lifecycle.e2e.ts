import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { API_KEY_PLACEHOLDER } from "../../lambda/contract.ts";
import { tokenEvent } from "../support/events.ts";
import { until } from "../support/until.ts";
import type { Instance } from "./environment.ts";
import { type Answer, API_KEY, startEnvironment } from "./environment.ts";

const FREEZE_MS = 10_000;

let service: Awaited<ReturnType<typeof startEnvironment>>;
beforeAll(async () => {
  service = await startEnvironment();
}, 60_000);
afterEach(() => service.reset());
afterAll(() => service?.close());

async function requestToken(instance: Instance) {
  return (await instance.invoke(tokenEvent({ sub: "ada" }))) as Answer;
}

function requestLines(instance: Instance) {
  return instance.log().filter((record) => "outcome" in record);
}

test("a cold start reads the key before the first event comes, which is then quick", async () => {
  const before = service.secretsManager.reads();
  const instance = await service.coldStart();
  await instance.idle();
  await until(() => service.secretsManager.reads() > before);

  const begin = performance.now();
  expect((await requestToken(instance)).statusCode).toBe(200);
  expect(performance.now() - begin).toBeLessThan(2000);
  expect(requestLines(instance)).toMatchObject([{ outcome: "issued", coldStart: true, attempts: 1 }]);
  expect(instance.log()).toContainEqual(expect.objectContaining({ _aws: expect.anything(), TokenIssued: 1 }));
});

test("an instance is reused: one read of the key and one connection serve many events", async () => {
  const before = service.secretsManager.reads();
  const instance = await service.coldStart();
  for (let i = 0; i < 20; i++) expect((await requestToken(instance)).statusCode).toBe(200);

  expect(service.secretsManager.reads() - before).toBe(1);
  expect(requestLines(instance).map(({ coldStart }) => coldStart)).toEqual([true, ...Array(19).fill(false)]);
  expect(service.mindset.requests).toHaveLength(20);
});

test("after a freeze of 10 s, with every connection dead, the next event gets its token", async () => {
  const instance = await service.coldStart();
  expect((await requestToken(instance)).statusCode).toBe(200);

  instance.freeze();
  service.mindset.dropConnections();
  service.secretsManager.dropConnections();
  await sleep(FREEZE_MS);
  const answer = requestToken(instance); // Lambda thaws an instance because an event has come
  instance.thaw();

  expect((await answer).statusCode).toBe(200);
  expect(instance.complaints()).toEqual([]);
}, 30_000);

test("a key that is stored after the first requests is used within seconds, without a new start", async () => {
  service.setSecret(API_KEY_PLACEHOLDER);
  const instance = await service.coldStart();
  expect(JSON.parse((await requestToken(instance)).body).code).toBe("SERVICE_MISCONFIGURED");

  service.setSecret(API_KEY);
  const begin = performance.now();
  while ((await requestToken(instance)).statusCode !== 200 && performance.now() - begin < 10_000) await sleep(250);

  expect((await requestToken(instance)).statusCode).toBe(200);
  const first = { code: "CONFIG_API_KEY_NOT_SET", coldStart: true };
  expect(requestLines(instance)).toContainEqual(expect.objectContaining(first));
}, 20_000);

test("SIGTERM ends an idle instance immediately, and nothing looks like a crash", async () => {
  const instance = await service.coldStart();
  await requestToken(instance);
  const linesBefore = instance.log().length;

  const { code, signal, afterMs } = await instance.end("SIGTERM");

  expect([code, signal]).toContainEqual(code === 0 ? 0 : "SIGTERM");
  expect(afterMs).toBeLessThan(2000);
  expect(instance.complaints()).toEqual([]);
  expect(instance.log()).toHaveLength(linesBefore);
});

test("fails to start when the code is not there, and says so", async () => {
  const instance = await service.coldStart({ _HANDLER: "absent.handler" });

  await expect(instance.invoke({})).rejects.toThrow(/cannot be loaded.*absent/s);
});
