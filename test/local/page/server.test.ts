import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type IdentityProvider, startIdentityProvider } from "../../../local/identity-provider/server.ts";
import { type FakeMindset, startMindset } from "../../../local/mindset/server.ts";
import { toPageSettings } from "../../../local/page/data.ts";
import { type PageServer, startPage } from "../../../local/page/server.ts";
import type { Observations, ObservedRequest } from "../../../web/page/local-protocol.ts";

const REQUEST = { method: "POST", status: 200, startedAtMs: 1, durationMs: 2 };
const endpoint = "http://localhost:3000/api/getusertoken";
const JSON_TYPE = { "content-type": "application/json" };
const requests: ObservedRequest[] = [];
const throttle = { left: 0 };
let mindset: FakeMindset;
let identityProvider: IdentityProvider;
let page: PageServer;

beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "local-app", apiKeys: ["k-1"] });
  identityProvider = await startIdentityProvider({ port: 0 });
  page = await startPage({ port: 0 });
  const signIn = { type: "jwt", by: "own page", issuer: "https://login.example.com", pages: [] } as const;
  const settings = toPageSettings({ endpoint, signIn, apiHost: mindset.url, appUid: "local-app", mindset });
  page.show({ settings, parts: { throttle, identityProvider, mindset, apiKey: "k-1" }, requests });
});
beforeEach(() => put("/controls", {}));
afterAll(() => Promise.all([mindset.close(), identityProvider.close(), page.close()]));

function put(path: string, body: object) {
  return fetch(page.url + path, { method: "PUT", headers: JSON_TYPE, body: JSON.stringify(body) });
}
async function askMindset() {
  const response = await fetch(`${mindset.url}/api/v1/appuid/local-app/sdkusers/auth`, {
    method: "POST",
    headers: { "x-api-key": "k-1", "content-type": "application/json" },
    body: '{"externalId":"ada"}',
  });
  return { status: response.status, body: JSON.parse((await response.text()) || "{}") as { authToken: string } };
}
async function observations() {
  return (await (await fetch(`${page.url}/observations`)).json()) as Observations;
}

describe("the files of the page", () => {
  test.each([
    ["/", "text/html; charset=utf-8"],
    ["/?code=x&state=y", "text/html; charset=utf-8"],
    ["/page.js", "text/javascript; charset=utf-8"],
    ["/page.css", "text/css; charset=utf-8"],
    ["/icon.svg", "image/svg+xml"],
    ["/settings.json", "application/json"],
  ])("include %s with the policy, and are not cached", async (path, contentType) => {
    const response = await fetch(page.url + path);
    await response.text(); // a large body that nothing reads keeps its connection open
    const { status, headers } = response;

    expect([status, headers.get("content-type")]).toEqual([200, contentType]);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test.each(["/page.ts", "/../package.json", "/%2e%2e/package.json", "/nothing"])(
    "do not include %s (404)",
    async (path) => {
      expect((await fetch(page.url + path)).status).toBe(404);
    },
  );

  test("have no inline script, style or handler", async () => {
    const html = await (await fetch(page.url)).text();

    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/i);
  });

  test("are not served before there is a service to show (503)", async () => {
    const early = await startPage({ port: 0 });

    expect((await fetch(early.url)).status).toBe(503);
    await early.close();
  });
});

describe("the page can change", () => {
  test("the fault of Mindset, and end it", async () => {
    await put("/controls", { mindsetFault: { fault: "status-503" } });
    expect((await askMindset()).status).toBe(503);
    await put("/controls", { apiKeyRevoked: true });
    expect((await askMindset()).status).toBe(403);
    await put("/controls", {});
    expect((await askMindset()).status).toBe(201);
  });

  test("how many requests API Gateway refuses", async () => {
    await put("/controls", { throttledRequests: 5 });
    expect(throttle.left).toBe(5);
    await put("/controls", {});
    expect(throttle.left).toBe(0);
  });
});

describe("the page can read", () => {
  test("the requests since it cleared them", async () => {
    requests.push(REQUEST);
    await askMindset();
    const before = await observations();
    await fetch(`${page.url}/observations`, { method: "DELETE" });

    expect(before.requests).toEqual([REQUEST]);
    expect(before.exchanges.at(-1)?.body).toBe('{"externalId":"ada"}');
    expect(JSON.stringify(before)).not.toContain("k-1");
    expect(before.users).toEqual([{ id: "ada", name: "", accountUids: [], tenants: [] }]);
    expect(await observations()).toEqual({ requests: [], exchanges: [], users: before.users });
  });

  test("the owner of a token, for the fake SDK", async () => {
    async function ownerOf(authToken: string) {
      const body = JSON.stringify({ authToken });
      return (await fetch(`${page.url}/token-owner`, { method: "POST", headers: JSON_TYPE, body })).json();
    }

    expect(await ownerOf((await askMindset()).body.authToken)).toEqual({ externalId: "ada" });
    expect(await ownerOf("made-up")).toEqual({ externalId: "unknown" });
  });
});

test.each<[string, RequestInit]>([
  [
    "a form",
    { method: "POST", headers: { origin: "https://attacker.example" }, body: new URLSearchParams({ a: "1" }) },
  ],
  ["an image", { headers: { "sec-fetch-site": "cross-site" } }],
  ["plain text without an origin", { method: "POST", body: '{"authToken":"x"}' }],
])("refuses %s of a foreign page with 403", async (_what, init) => {
  expect((await fetch(`${page.url}/token-owner`, init)).status).toBe(403);
});
