import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type FakeMindset, startMindset } from "../../../local/mindset/server.ts";
import { createCertificate } from "../../support/tls.ts";

const PATH = "/api/v1/appuid/test-app/sdkusers/auth";
const log: string[] = [];
let mindset: FakeMindset;

beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "test-app", apiKeys: ["k-1"], log: (line) => log.push(line) });
});
beforeEach(() => {
  mindset.requests.length = 0;
  log.length = 0;
});
afterAll(() => mindset.close());

async function post(
  body: unknown,
  { path = PATH, method = "POST", headers = {} as Record<string, string | undefined> } = {},
) {
  const all = { "content-type": "application/json", "x-api-key": "k-1", ...headers };
  const response = await fetch(mindset.url + path, {
    method,
    headers: Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ...(method !== "GET" && { body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)) }),
  });
  return { status: response.status, body: (await response.json()) as { authToken: string; message: string } };
}

describe("a user", () => {
  test("is created at first sight (201), and known from then on (200)", async () => {
    const [first, second] = [await post({ externalId: "u-1" }), await post({ externalId: "u-1" })];

    expect([first.status, second.status]).toEqual([201, 200]);
  });

  test("gets another opaque token every time, which the stand-in can tell whose it is", async () => {
    const [first, second] = [await post({ externalId: "u-2" }), await post({ externalId: "u-2" })];

    expect(Object.keys(first.body)).toEqual(["authToken"]);
    expect(first.body.authToken).not.toBe(second.body.authToken);
    expect(first.body.authToken).not.toContain("u-2");
    expect([first, second].map(({ body }) => mindset.tokens.get(body.authToken))).toEqual(["u-2", "u-2"]);
  });

  test("keeps the name of the first time", async () => {
    await post({ externalId: "u-3", name: "Ada" });
    await post({ externalId: "u-3", name: "Grace" });

    expect(mindset.users.get("u-3")).toEqual({ externalId: "u-3", name: "Ada" });
    expect(log).toEqual([
      'signed in externalId "u-3" (name "Ada"), a new user',
      'signed in externalId "u-3" (name "Ada")',
    ]);
  });

  test.each(["userEmail", "email"])("may be named by %s instead", async (field) => {
    expect((await post({ [field]: `${field}@example.com` })).status).toBe(201);
    expect(mindset.users.has(`${field}@example.com`)).toBe(true);
  });
});

describe("the head of a request", () => {
  test.each<[string, Parameters<typeof post>[1], number]>([
    ["the key is missing", { headers: { "x-api-key": undefined } }, 401],
    ["the key is another", { headers: { "x-api-key": "k-2" } }, 403],
    ["the content type is missing", { headers: { "content-type": undefined } }, 415],
    ["the content type is another", { headers: { "content-type": "text/plain" } }, 415],
    ["the app uid is another", { path: PATH.replace("test-app", "other-app") }, 404],
    ["the path is another", { path: "/api/v1/sdkusers/auth" }, 404],
    ["there is a query", { path: `${PATH}?a=1` }, 404],
    ["the method is GET", { method: "GET" }, 405],
    ["the method is PUT", { method: "PUT" }, 405],
  ])("fails when %s", async (_what, options, status) => {
    expect(await post({ externalId: "never" }, options)).toEqual({ status, body: { message: expect.any(String) } });
    expect(mindset.users.has("never")).toBe(false);
  });

  test("may have a charset in its content type", async () => {
    const headers = { "content-type": "application/json; charset=utf-8" };

    expect((await post({ externalId: "u-4" }, { headers })).status).toBe(201);
  });

  test("fails with 403 from the moment a key is replaced", async () => {
    mindset.setApiKeys(["k-2"]);
    expect((await post({ externalId: "u-5" })).status).toBe(403);

    mindset.setApiKeys(["k-2", "k-1"]);
    expect((await post({ externalId: "u-5" })).status).toBe(201);
    mindset.setApiKeys(["k-1"]);
  });
});

test("fails with 413 when the body is larger than 64 KB", async () => {
  expect((await post({ externalId: "u-8", name: "n".repeat(64 * 1024) })).status).toBe(413);
});

test("every request is kept as it arrived, served or not", async () => {
  await post('{"externalId":  "u-6"}', { headers: { "X-Custom": "One" } });
  await post({}, { path: "/elsewhere" });

  expect(mindset.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([`POST ${PATH}`, "POST /elsewhere"]);
  expect(mindset.requests[0]?.body.toString()).toBe('{"externalId":  "u-6"}');
  expect(mindset.requests[0]?.headers["x-custom"]).toBe("One");
  expect(mindset.requests[0]?.rawHeaders).toContain("One");
});

test("what came back is kept with it", async () => {
  await post({ externalId: "u-8" });
  await post({});
  mindset.faults.set({ fault: "status-503", times: 1 });
  await post({ externalId: "u-8" });
  mindset.faults.set({ fault: "hang-up", times: 1 });
  await post({ externalId: "u-8" }).catch(() => {});

  await new Promise((resolve) => setTimeout(resolve, 20)); // the caller knows it a little earlier
  expect(mindset.requests.map(({ answer }) => answer)).toEqual([
    { status: 201, body: { authToken: expect.any(String) } },
    { status: 400, body: { message: expect.any(String) } },
    { status: 503, fault: "status-503" },
    { fault: "hang-up" },
  ]);
});

test("a refusal is told in words, without the key", async () => {
  await post({ externalId: "u-7" }, { headers: { "x-api-key": "sentinel-key" } });

  expect(log).toEqual(["refused a request (403): the API key is invalid or deleted"]);
});

test("speaks HTTPS with a certificate", async () => {
  const secure = await startMindset({ port: 0, appUid: "a", apiKeys: ["k"], tls: await createCertificate() });

  expect(secure.url).toBe(`https://localhost:${secure.port}`);
  await secure.close();
});
