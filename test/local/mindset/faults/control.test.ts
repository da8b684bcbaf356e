import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { FAULTS } from "../../../../local/mindset/faults/catalogue.ts";
import { type FakeMindset, startMindset } from "../../../../local/mindset/server.ts";

let mindset: FakeMindset;
beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "test-app", apiKeys: ["k-1"] });
});
afterEach(() => mindset.faults.clear());
afterAll(() => mindset.close());

/** The content type of `curl -d`. */
const CURL = { "content-type": "application/x-www-form-urlencoded" };

async function control(method: string, body?: string, path = "/__fault") {
  const response = await fetch(mindset.url + path, { method, body, headers: CURL });
  return {
    status: response.status,
    ...((await response.json()) as { active: unknown; settings: object; faults: object; message: string }),
  };
}

async function signIn(): Promise<number> {
  const response = await fetch(`${mindset.url}/api/v1/appuid/test-app/sdkusers/auth`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "k-1" },
    body: '{"externalId":"u-1"}',
  });
  return response.status;
}

test("a developer can make Mindset fail twice with curl", async () => {
  await signIn();
  const answer = await control("PUT", '{"fault":"status-503","times":2}');

  expect(answer).toMatchObject({ status: 200, active: { fault: "status-503", times: 2 } });
  expect([await signIn(), await signIn(), await signIn()]).toEqual([503, 503, 201]);
});

test("a fault without times lasts until it is deleted", async () => {
  await control("PUT", '{"fault":"status-500"}');
  expect([await signIn(), await signIn(), await signIn()]).toEqual([500, 500, 500]);

  expect(await control("DELETE")).toMatchObject({ status: 200, active: null });
  expect(await signIn()).toBe(201);
});

test("a new fault replaces the one before", async () => {
  await control("PUT", '{"fault":"status-500"}');
  await control("PUT", '{"fault":"status-429"}');

  expect(await signIn()).toBe(429);
});

test("a fault can affect some requests at random", async () => {
  mindset.faults.set({ fault: "status-500", probability: 0 });
  expect(await signIn()).toBe(201);

  mindset.faults.set({ fault: "status-500", probability: 0.5 });
  const statuses = new Set(await Promise.all(Array.from({ length: 60 }, signIn)));
  expect(statuses).toEqual(new Set([201, 500]));
});

test("GET lists the active fault and every fault with a description", async () => {
  mindset.faults.set({ fault: "drip", ms: 5, times: 3 });
  const { active, faults } = await control("GET");

  expect(active).toEqual({ fault: "drip", ms: 5, times: 3 });
  expect(Object.keys(faults)).toEqual(Object.keys(FAULTS));
});

test.each([
  '{"fault":"status-600"}',
  '{"fault":7}',
  '{"fault":"status-500","times":0}',
  '{"fault":"status-NNN"}',
  '{"fault":"toString"}',
  '{"times":1}',
  "null",
  "[]",
  '"status-503"',
  "?",
])("fails with 400 and the list of faults for %s", async (body) => {
  expect(await control("PUT", body)).toMatchObject({
    status: 400,
    message: expect.any(String),
    faults: { "status-NNN": expect.any(String) },
  });
  expect(mindset.faults.current()).toBeUndefined();
});

test.each([
  ['{"fault":"status-503","time":2}', '"time" is not an option (use fault, times, probability, retryAfter,'],
  ['{"fault":"status-503","retry-after":"1"}', '"retry-after" is not an option (use fault, times,'],
  ['{"fault":"status-503","__proto__":1}', '"__proto__" is not an option'],
  [
    '{"fault":"status-503","probability":"often"}',
    'probability must be a number from 0 to 1, such as 0.05, not "often"',
  ],
  ['{"fault":"status-503","probability":7}', "probability must be a number from 0 to 1, such as 0.05, not 7"],
  ['{"fault":"status-503","times":"2"}', 'times must be a whole number above 0, such as 2, not "2"'],
  ['{"fault":"delay","ms":"soon"}', 'ms must be a number from 0 to 3600000, such as 3000, not "soon"'],
  ['{"fault":"delay","ms":-1}', "ms must be a number from 0 to 3600000"],
  ['{"fault":"delay","ms":null}', "ms must be a number from 0 to 3600000, such as 3000, not null"],
  ['{"fault":"status-429","retryAfter":"a\\nb"}', "retryAfter must be printable ASCII text, such as"],
  ['{"fault":"status-429","retryAfter":120}', 'retryAfter must be printable ASCII text, such as "120", not 120'],
  ['{"fault":"redirect-307","location":["/"]}', "location must be printable ASCII text"],
  [
    '{"fault":"nonsense"}',
    'fault must be the name of a fault, with three digits from 200 to 599 instead of NNN, such as "status-503"',
  ],
  ['{"times":1}', 'such as "status-503", and it is missing'],
  ["", 'the body must be a JSON object of at most 4096 bytes, such as {"fault":"status-503","times":2}'],
])("fails for %s with the problem and the allowed values, and keeps the fault before", async (body, why) => {
  mindset.faults.set({ fault: "status-418" });
  const { status, message } = await control("PUT", body);

  expect(status).toBe(400);
  expect(message).toContain(why);
  expect(mindset.faults.current()).toEqual({ fault: "status-418" });
});

test("fails with every problem at once", async () => {
  const { message } = await control("PUT", '{"fault":"no","times":0,"probability":2,"delay":1}');

  expect(message.split("; ").map((problem) => problem.split(" ")[0])).toEqual([
    "fault",
    "times",
    "probability",
    '"delay"',
  ]);
});

test("accepts every option", async () => {
  const all = {
    fault: "status-503",
    times: 1,
    probability: 0.5,
    retryAfter: "Fri, 31 Dec 1999",
    location: "/a",
    ms: 0.5,
  };

  expect(await control("PUT", JSON.stringify(all))).toMatchObject({ status: 200, active: all });
});

test("explains every option, also with an error", async () => {
  const names = ["fault", "times", "probability", "retryAfter", "location", "ms"];

  for (const { settings } of [await control("GET"), await control("PUT", "{}")]) {
    expect(Object.keys(settings)).toEqual(names);
    expect(settings).toMatchObject({
      times: expect.stringMatching(/number of requests affected.*; a whole number above 0/),
    });
  }
});

test("POST does the same as PUT, since `curl -d` sends it", async () => {
  expect(await control("POST", '{"fault":"status-503","times":1}')).toMatchObject({ status: 200 });
  expect([await signIn(), await signIn()]).toEqual([503, 201]);
});

test.each(["PATCH", "OPTIONS", "REPORT"])("fails with 405 and a hint for %s", async (method) => {
  mindset.faults.set({ fault: "status-418" });
  const response = await fetch(`${mindset.url}/__fault`, { method });

  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, PUT, POST, DELETE"]);
  expect(await response.json()).toEqual({
    message: expect.stringMatching(/GET shows .* PUT or POST sets .* DELETE ends/),
  });
  expect(mindset.faults.current()).toEqual({ fault: "status-418" });
});

test.each(["/__fault/", "/__fault?", "/__fault/?a=b"])("%s works while a fault is active", async (path) => {
  mindset.faults.set({ fault: "hang-up" });
  expect(await control("GET", undefined, path)).toMatchObject({ status: 200, active: { fault: "hang-up" } });
  expect(await control("DELETE", undefined, path)).toMatchObject({ status: 200, active: null });
});

test("a path that only begins with /__fault is a request to Mindset", async () => {
  mindset.faults.set({ fault: "status-418" });
  expect((await fetch(`${mindset.url}/__faults`)).status).toBe(418);
});

test("is not recorded as a request to Mindset", async () => {
  mindset.requests.length = 0;
  await control("GET");

  expect(mindset.requests).toEqual([]);
});

test.each<[string, RequestInit]>([
  ["a form", { headers: { ...CURL, origin: "https://attacker.example" } }],
  ["a sandboxed frame", { headers: { ...CURL, origin: "null" } }],
  [
    "another port of localhost",
    { headers: { ...CURL, origin: "http://localhost:3004", "sec-fetch-site": "same-site" } },
  ],
  ["plain text", { headers: { "content-type": "text/plain" } }],
])("refuses a POST that a foreign page can send without a preflight: %s", async (_what, init) => {
  const response = await fetch(`${mindset.url}/__fault`, { method: "POST", body: '{"fault":"status-503"}', ...init });

  expect(response.status).toBe(403);
  expect(mindset.faults.current()).toBeUndefined();
});
