import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { requestAccessToken } from "../../local/identity-provider/sign-in.ts";
import { type LocalService, startLocalService } from "../../local/service.ts";
import type { Controls, Observations } from "../../web/page/local-protocol.ts";
import { openBlankPage } from "../support/blank-page.ts";
import { bundleForBrowser } from "../support/browser-bundle.ts";
import { describeInBrowser } from "../support/chromium.ts";

declare const tested: typeof import("../../web/token-source/index.ts");

describeInBrowser("a page on another origin than the API", (launch) => {
  let browser: Browser;
  let allowed: Awaited<ReturnType<typeof openBlankPage>>;
  let foreign: Awaited<ReturnType<typeof openBlankPage>>;
  let service: LocalService;
  let adasAccessToken: string;

  beforeAll(async () => {
    browser = await launch();
    const script = bundleForBrowser("web/token-source/index.ts");
    [allowed, foreign] = await Promise.all([openBlankPage(browser, script), openBlankPage(browser, script)]);
    service = await startLocalService({ pages: [`${allowed.origin}/`] });
    adasAccessToken = await requestAccessToken(service.identityProvider.issuer, "ada");
  }, 30_000);
  beforeEach(async () => {
    await control({});
    await fetch(`${service.page.url}/observations`, { method: "DELETE" });
  });
  afterAll(async () => {
    await Promise.all([allowed.close(), foreign.close()]);
    await browser.close();
    await service.close();
  });

  function control(controls: Controls) {
    const headers = { "content-type": "application/json" };
    return fetch(`${service.page.url}/controls`, { method: "PUT", headers, body: JSON.stringify(controls) });
  }
  async function seen() {
    const { requests } = (await (await fetch(`${service.page.url}/observations`)).json()) as Observations;
    return requests.map(({ method, status }) => `${method} ${status}`);
  }

  /** What the page gets: the token, or what the error says. */
  function call({ page }: typeof allowed, accessToken = adasAccessToken) {
    return page.evaluate(
      async ([endpoint, accessToken]) => {
        const source = tested.createTokenSource({ endpoint, getAccessToken: () => accessToken });
        try {
          return { token: await source.getAuthToken() };
        } catch (error) {
          const { code, status, requestId, retryAfterSeconds } = error as InstanceType<typeof tested.TokenSourceError>;
          return { code, status, requestId, retryAfterSeconds };
        }
      },
      [service.endpoint, accessToken] as const,
    );
  }

  test("gets a token, after the browser's preflight", async () => {
    expect(await call(allowed)).toEqual({ token: expect.stringMatching(/^local-token-/) });
    expect(await seen()).toEqual(["OPTIONS 204", "POST 200"]);
  });

  test("can read the 401", async () => {
    expect(await call(allowed, "not.a.jwt")).toMatchObject({ code: "SIGN_IN_REQUIRED", status: 401 });
    expect((await seen()).filter((one) => one.startsWith("POST"))).toEqual(["POST 401", "POST 401"]);
  });

  test("can read API Gateway's 429", async () => {
    await control({ throttledRequests: 3 });

    expect(await call(allowed)).toMatchObject({ code: "RATE_LIMITED", status: 429 });
  });

  test("can read the 502, and the request id that the log has too", async () => {
    await control({ apiKeyRevoked: true });

    const failure = await call(allowed);
    expect(failure).toMatchObject({ code: "UPSTREAM_ERROR", status: 502, requestId: expect.stringMatching(/^.{36}$/) });
  });

  test("can read the 503, and how long it should wait", async () => {
    service.mindset?.faults.set({ fault: "status-429", retryAfter: "42" });

    expect(await call(allowed)).toMatchObject({ code: "UPSTREAM_RATE_LIMITED", status: 503, retryAfterSeconds: 42 });
  });

  test("fails on an origin that is not allowed: the browser lets nothing through, and Mindset is not asked", async () => {
    const askedBefore = service.mindset?.requests.length;

    expect(await call(foreign)).toMatchObject({ code: "NETWORK" });
    expect(new Set(await seen())).toEqual(new Set(["OPTIONS 204"]));
    expect(service.mindset?.requests).toHaveLength(askedBefore ?? 0);
  });

  test("fails for a foreign page that sends what needs no preflight: it is refused, and cannot read even that", async () => {
    const blind = foreign.page.evaluate(async (endpoint) => {
      const response = await fetch(endpoint, { method: "POST", mode: "no-cors", body: "{}" });
      return [response.type, response.status, await response.text()];
    }, service.endpoint);

    expect(await blind).toEqual(["opaque", 0, ""]);
    expect(await seen()).toEqual(["POST 401"]);
  });

  test("fails for a foreign page that wants to change or read what the local page may", async () => {
    const attempts = foreign.page.evaluate(async (url) => {
      function outcome(path: string, init: RequestInit) {
        return fetch(url + path, init).then(String, ({ name }) => name);
      }
      return [
        await outcome("/controls", { method: "PUT", body: '{"apiKeyRevoked":true}' }),
        await outcome("/observations", {}),
        await outcome("/observations", { method: "DELETE" }),
      ];
    }, service.page.url);

    expect(await attempts).toEqual(["TypeError", "TypeError", "TypeError"]);
    expect(await call(allowed)).toHaveProperty("token");
  });
});
