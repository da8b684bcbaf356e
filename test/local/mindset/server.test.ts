import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type FakeMindset, startMindset } from "../../../local/mindset/server.ts";
import { createCertificate } from "../../support/servers/tls.ts";
import { until } from "../../support/until.ts";

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
  return { status: response.status, body: JSON.parse((await response.text()) || "null") };
}

describe("a user", () => {
  test("gets 201 for every token, new or known", async () => {
    const [first, second] = [await post({ externalId: "u-1" }), await post({ externalId: "u-1" })];

    expect([first.status, second.status]).toEqual([201, 201]);
  });

  test("gets a new opaque token every time", async () => {
    const [first, second] = [await post({ externalId: "u-2" }), await post({ externalId: "u-2" })];

    expect(Object.keys(first.body)).toEqual(["authToken"]);
    expect(first.body.authToken).not.toBe(second.body.authToken);
    expect(first.body.authToken).not.toContain("u-2");
    expect([first, second].map(({ body }) => mindset.tokens.get(body.authToken))).toEqual(["u-2", "u-2"]);
  });

  test("keeps the first name", async () => {
    await post({ externalId: "u-3", name: "Ada" });
    await post({ externalId: "u-3", name: "Grace" });

    expect(mindset.users.get("u-3")).toMatchObject({ externalId: "u-3", name: "Ada" });
    expect(log).toEqual([
      'signed in externalId "u-3" (name "Ada"), a new user',
      'signed in externalId "u-3" (name "Ada")',
    ]);
  });

  test("can be known by email instead", async () => {
    expect((await post({ userEmail: "ada@example.com" })).status).toBe(201);
    expect(mindset.users.has("ada@example.com")).toBe(true);
  });

  test("keeps every account and tenant that a request has added", async () => {
    const [a, b] = ["account-a-0000000000", "account-b-0000000000"] as const;
    await post({ externalId: "u-9", accountUids: [a, a], externalTenantId: "tenant-1" });
    await post({ externalId: "u-9", accountUids: [b, a], externalTenantId: "tenant-2" });
    await post({ externalId: "u-9" });

    expect(mindset.users.get("u-9")).toMatchObject({ accountUids: [a, b], tenants: ["tenant-1", "tenant-2"] });
    expect(log.at(-1)).toBe(`signed in externalId "u-9", accounts ${a} ${b}, administrator of tenant-1 tenant-2`);
  });
});

describe("a request", () => {
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
  ])("fails without a body when %s", async (_what, options, status) => {
    expect(await post({ externalId: "never" }, options)).toEqual({ status, body: null });
    expect(mindset.users.has("never")).toBe(false);
  });

  test("can have a charset in its content type", async () => {
    const headers = { "content-type": "application/json; charset=utf-8" };

    expect((await post({ externalId: "u-4" }, { headers })).status).toBe(201);
  });

  test("fails with 403 once the key is replaced", async () => {
    mindset.setApiKeys(["k-2"]);
    expect((await post({ externalId: "u-5" })).status).toBe(403);

    mindset.setApiKeys(["k-2", "k-1"]);
    expect((await post({ externalId: "u-5" })).status).toBe(201);
    mindset.setApiKeys(["k-1"]);
  });
});

describe("the list of agents", () => {
  const AGENTS = "/api/v2/appuid/test-app/agents";
  async function list(key?: string) {
    const response = await fetch(mindset.url + AGENTS, { headers: key ? { "x-api-key": key } : {} });
    return [response.status, await response.text()];
  }

  test("says whether a key is valid", async () => {
    expect(await list("k-1")).toEqual([200, '{"agents":[{"uid":"local-agent","name":"Local agent"}]}']);
    expect(await list()).toEqual([401, ""]);
    expect(await list("k-2")).toEqual([403, ""]);
  });

  test("answers with 404 and [] if it is empty", async () => {
    const empty = await startMindset({ port: 0, appUid: "test-app", apiKeys: ["k-1"], agents: [] });
    const response = await fetch(empty.url + AGENTS, { headers: { "x-api-key": "k-1" } });

    expect([response.status, await response.json()]).toEqual([404, []]);
    await empty.close();
  });
});

test("fails with 413 for a body above 64 KB", async () => {
  expect((await post({ externalId: "u-8", name: "n".repeat(64 * 1024) })).status).toBe(413);
});

test("records every request as it arrived, served or not", async () => {
  await post('{"externalId":  "u-6"}', { headers: { "X-Custom": "One" } });
  await post({}, { path: "/elsewhere" });

  expect(mindset.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([`POST ${PATH}`, "POST /elsewhere"]);
  expect(mindset.requests[0]?.body.toString()).toBe('{"externalId":  "u-6"}');
  expect(mindset.requests[0]?.headers["x-custom"]).toBe("One");
  expect(mindset.requests[0]?.rawHeaders).toContain("One");
});

test("records the response with it", async () => {
  await post({ externalId: "u-8" });
  await post({});
  mindset.faults.set({ fault: "status-503", times: 1 });
  await post({ externalId: "u-8" });
  mindset.faults.set({ fault: "hang-up", times: 1 });
  await post({ externalId: "u-8" }).catch(() => {});

  await until(() => mindset.requests.at(-2)?.answer.status !== undefined); // the client is a little earlier
  expect(mindset.requests.map(({ answer }) => answer)).toEqual([
    { status: 201, body: { authToken: expect.any(String) } },
    { status: 400, body: "" },
    { status: 503, fault: "status-503" },
    { fault: "hang-up" },
  ]);
});

test("logs why it refused a request, without the key", async () => {
  await post({ externalId: "u-7" }, { headers: { "x-api-key": "sentinel-key" } });

  expect(log).toEqual(["refused a request (403): the API key is invalid or deleted"]);
});

test("speaks HTTPS with a certificate", async () => {
  const secure = await startMindset({ port: 0, appUid: "a", apiKeys: ["k"], tls: await createCertificate() });

  expect(secure.url).toBe(`https://localhost:${secure.port}`);
  await secure.close();
});
