import { get } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { PortTakenError } from "../../local/http/server.ts";
import { requestAccessToken } from "../../local/identity-provider/sign-in.ts";
import { startMindset } from "../../local/mindset/server.ts";
import { type LocalService, startLocalService } from "../../local/service.ts";
import { STAFF_ACCOUNT } from "../../local/sign-in/grants.ts";
import type { Controls } from "../../web/page/local-protocol.ts";
import { captureOutput, type Output } from "../support/output.ts";
import { findSixPorts } from "../support/servers/ports.ts";

const PAGE = "http://localhost:5173/agent.html";
let service: LocalService;
let output: Output;
beforeAll(async () => {
  output = captureOutput(); // the function's log
  service = await startLocalService({ pages: [PAGE] });
});
afterAll(async () => {
  await service.close();
  output.restore();
});

async function tokenFor(user: string, init: RequestInit = {}) {
  const accessToken = await requestAccessToken(service.identityProvider.issuer, user);
  const response = await fetch(service.endpoint, {
    method: "POST",
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${accessToken}` },
  });
  return { response, body: (await response.json()) as { authToken: string; code: string } };
}

test("each user gets their own Mindset token", async () => {
  const [ada, grace] = [await tokenFor("ada"), await tokenFor("grace")];

  expect([ada.response.status, grace.response.status]).toEqual([200, 200]);
  expect(service.mindset?.tokens.get(ada.body.authToken)).toBe("ada");
  expect(service.mindset?.tokens.get(grace.body.authToken)).toBe("x--e1-auth0_7cgrace");
  expect(service.mindset?.users.get("ada")).toMatchObject({ externalId: "ada", name: "Ada Lovelace" });
});

test("a user with groups gets an account and a tenant, and keeps both", async () => {
  await tokenFor("alan");
  const observed = await (await fetch(`${service.page.url}/observations`)).json();

  expect(Object(observed).users).toContainEqual({
    id: "alan",
    name: "Alan Turing",
    accountUids: [STAFF_ACCOUNT],
    tenants: ["acme"],
  });
});

test("a fault of Mindset reaches the caller", async () => {
  service.mindset?.faults.set({ fault: "status-429", retryAfter: "7", times: 1 });
  const { response, body } = await tokenFor("ada");

  expect([response.status, body.code, response.headers.get("retry-after")]).toEqual([
    503,
    "UPSTREAM_RATE_LIMITED",
    "7",
  ]);
});

test("a configured page may call from its origin, and no other page", async () => {
  const allowed = await tokenFor("ada", { headers: { origin: "http://localhost:5173" } });
  const foreign = await tokenFor("ada", { headers: { origin: "http://localhost:5174" } });

  expect(allowed.response.headers.get("access-control-allow-origin")).toBe("http://localhost:5173");
  expect(foreign.response.headers.get("access-control-allow-origin")).toBeNull();
});

test("the page may call from its own origin, and can be returned to after a sign-in", async () => {
  const { page, identityProvider } = service;
  const { response } = await tokenFor("ada", { headers: { origin: page.url } });
  const start = new URLSearchParams({ client_id: identityProvider.clientId, redirect_uri: `${page.url}/` });
  const signIn = await fetch(`${identityProvider.url}/auth?${start}`, { redirect: "manual" });

  expect(response.headers.get("access-control-allow-origin")).toBe(page.url);
  expect(signIn.headers.get("location")).toMatch(`${page.url}/?error=`); // the provider reports errors only to a known page
});

test("the page can make every part fail, and end the faults", async () => {
  function control(controls: Controls) {
    const headers = { "content-type": "application/json" };
    return fetch(`${service.page.url}/controls`, { method: "PUT", headers, body: JSON.stringify(controls) });
  }
  async function statusWith(controls: Controls) {
    await control(controls);
    return (await tokenFor("ada")).response.status;
  }

  expect(await statusWith({ throttledRequests: 1 })).toBe(429);
  expect(await statusWith({ apiKeyRevoked: true })).toBe(502);
  expect(await statusWith({ mindsetFault: { fault: "status-500" } })).toBe(503);
  expect(await statusWith({})).toBe(200);
});

test("every server refuses a request for another host", async () => {
  const { apiGateway, identityProvider, mindset, secretsManager, page } = service;
  const statuses = [apiGateway, identityProvider, mindset, secretsManager, page].map((server) => {
    return new Promise((resolve) => {
      const options = { port: server?.port, headers: { host: "attacker.example" } };
      get(options, (response) => resolve(response.resume().statusCode));
    });
  });

  expect(await Promise.all(statuses)).toEqual(Array(5).fill(403));
});

test("fails if a port is taken, and leaves nothing running", async () => {
  const firstPort = await findSixPorts();
  const other = await startMindset({ port: firstPort + 3, appUid: "a", apiKeys: [] });

  await expect(startLocalService({ firstPort })).rejects.toThrow(new PortTakenError(other.port));
  await expect(fetch(`http://127.0.0.1:${firstPort + 1}`)).rejects.toThrow("fetch failed");
  await other.close();
});
