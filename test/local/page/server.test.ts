import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createThrottle } from "../../../local/api-gateway/throttle.ts";
import { type IdentityProvider, startIdentityProvider } from "../../../local/identity-provider/server.ts";
import { type FakeMindset, startMindset } from "../../../local/mindset/server.ts";
import { type PageServer, startPage } from "../../../local/page/server.ts";
import { toPageSettings } from "../../../local/page/settings.ts";
import type { Observations, ObservedRequest } from "../../../web/page/local-protocol.ts";

const REQUEST = { method: "POST", status: 200, startedAtMs: 1, durationMs: 2 };
const endpoint = "http://localhost:3000/api/getusertoken";
const requests: ObservedRequest[] = [];
const throttle = createThrottle();
let mindset: FakeMindset;
let identityProvider: IdentityProvider;
let page: PageServer;

beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "local-app", apiKeys: ["k-1"] });
  identityProvider = await startIdentityProvider({ port: 0 });
  page = await startPage({ port: 0 });
  const settings = toPageSettings({ endpoint, identityProvider, apiHost: mindset.url, appUid: "local-app", mindset });
  page.show({ settings, parts: { throttle, identityProvider, mindset, apiKey: "k-1" }, requests });
});
beforeEach(() => put("/controls", {}));
afterAll(() => Promise.all([mindset.close(), identityProvider.close(), page.close()]));

function put(path: string, body: object) {
  return fetch(page.url + path, { method: "PUT", body: JSON.stringify(body) });
}
async function askMindset() {
  const response = await fetch(`${mindset.url}/api/v1/appuid/local-app/sdkusers/auth`, {
    method: "POST",
    headers: { "x-api-key": "k-1", "content-type": "application/json" },
    body: '{"externalId":"ada"}',
  });
  return { status: response.status, body: (await response.json()) as { authToken: string } };
}
async function observations() {
  return (await (await fetch(`${page.url}/observations`)).json()) as Observations;
}

describe("the page's files", () => {
  test.each([
    ["/", "text/html; charset=utf-8"],
    ["/?code=x&state=y", "text/html; charset=utf-8"],
    ["/page.js", "text/javascript; charset=utf-8"],
    ["/page.css", "text/css; charset=utf-8"],
    ["/icon.svg", "image/svg+xml"],
    ["/settings.json", "application/json"],
  ])("has %s, under the policy, and kept by nobody", async (path, contentType) => {
    const { status, headers } = await fetch(page.url + path);

    expect([status, headers.get("content-type")]).toEqual([200, contentType]);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test.each(["/page.ts", "/../package.json", "/%2e%2e/package.json", "/nothing"])(
    "fails with 404 for %s",
    async (path) => {
      expect((await fetch(page.url + path)).status).toBe(404);
    },
  );

  test("have no script, style or handler inside the HTML", async () => {
    const html = await (await fetch(page.url)).text();

    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/i);
  });

  test("fails with 503 before there is something to show", async () => {
    const early = await startPage({ port: 0 });

    expect((await fetch(early.url)).status).toBe(503);
    await early.close();
  });
});

describe("what the page may change", () => {
  test("makes Mindset fail, and well again", async () => {
    await put("/controls", { mindsetFault: { fault: "status-503" } });
    expect((await askMindset()).status).toBe(503);
    await put("/controls", { apiKeyRevoked: true });
    expect((await askMindset()).status).toBe(403);
    await put("/controls", {});
    expect((await askMindset()).status).toBe(201);
  });

  test("makes the API refuse, and no longer", async () => {
    await put("/controls", { throttledRequests: 5 });
    expect(throttle.refuses()).toBe(true);
    await put("/controls", {});
    expect(throttle.refuses()).toBe(false);
  });
});

describe("what the page may see", () => {
  test("is what was asked since it said to forget", async () => {
    requests.push(REQUEST);
    await askMindset();
    const before = await observations();
    await fetch(`${page.url}/observations`, { method: "DELETE" });

    expect(before.requests).toEqual([REQUEST]);
    expect(before.exchanges.at(-1)?.body).toBe('{"externalId":"ada"}');
    expect(JSON.stringify(before)).not.toContain("k-1");
    expect(await observations()).toEqual({ requests: [], exchanges: [] });
  });

  test("is whose a token is, for the SDK's stand-in", async () => {
    async function ownerOf(authToken: string) {
      return (await fetch(`${page.url}/token-owner`, { method: "POST", body: JSON.stringify({ authToken }) })).json();
    }

    expect(await ownerOf((await askMindset()).body.authToken)).toEqual({ externalId: "ada" });
    expect(await ownerOf("made-up")).toEqual({ externalId: "nobody" });
  });
});
