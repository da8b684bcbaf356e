import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { type MindsetStandIn, startMindset } from "../../local/mindset.ts";
import { FAULTS } from "../../local/mindset-faults.ts";

let mindset: MindsetStandIn;
beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "test-app", apiKeys: ["k-1"] });
});
afterEach(() => mindset.faults.clear());
afterAll(() => mindset.close());

const control = async (method: string, body?: string) => {
  const response = await fetch(`${mindset.url}/__fault`, { method, ...(body && { body }) });
  return {
    status: response.status,
    ...((await response.json()) as { inForce: unknown; faults: object; message: string }),
  };
};

const signIn = async (): Promise<number> => {
  const response = await fetch(`${mindset.url}/api/v1/appuid/test-app/sdkusers/auth`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "k-1" },
    body: '{"externalId":"u-1"}',
  });
  return response.status;
};

test("a developer can make Mindset fail twice with curl, and then it is well again", async () => {
  await signIn();
  const answer = await control("PUT", '{"fault":"status-503","times":2}');

  expect(answer).toMatchObject({ status: 200, inForce: { fault: "status-503", times: 2 } });
  expect([await signIn(), await signIn(), await signIn()]).toEqual([503, 503, 200]);
});

test("a fault without a number of times lasts until it is deleted", async () => {
  await control("PUT", '{"fault":"status-500"}');
  expect([await signIn(), await signIn(), await signIn()]).toEqual([500, 500, 500]);

  expect(await control("DELETE")).toMatchObject({ status: 200, inForce: null });
  expect(await signIn()).toBe(200);
});

test("another fault takes the place of the one before", async () => {
  await control("PUT", '{"fault":"status-500"}');
  await control("PUT", '{"fault":"status-429"}');

  expect(await signIn()).toBe(429);
});

test("a fault may befall only some requests, by chance", async () => {
  mindset.faults.set({ fault: "status-500", probability: 0 });
  expect(await signIn()).toBe(200);

  mindset.faults.set({ fault: "status-500", probability: 0.5 });
  const statuses = new Set(await Promise.all(Array.from({ length: 60 }, signIn)));
  expect(statuses).toEqual(new Set([200, 500]));
});

test("every fault is listed with a description, and what is in force", async () => {
  mindset.faults.set({ fault: "drip", ms: 5, times: 3 });
  const { inForce, faults } = await control("GET");

  expect(inForce).toEqual({ fault: "drip", ms: 5, times: 3 });
  expect(Object.keys(faults)).toEqual(Object.keys(FAULTS));
});

test.each([
  '{"fault":"status-600"}',
  '{"fault":"status-500","times":0}',
  '{"fault":"status-NNN"}',
  '{"fault":"toString"}',
  '{"times":1}',
  "null",
  "?",
])("fails with 400 and the list of faults for %s", async (body) => {
  expect(await control("PUT", body)).toMatchObject({
    status: 400,
    message: expect.any(String),
    faults: { "status-NNN": expect.any(String) },
  });
  expect(mindset.faults.current()).toBeUndefined();
});

test("controlling is no request to Mindset", async () => {
  mindset.requests.length = 0;
  await control("GET");

  expect(mindset.requests).toEqual([]);
});
