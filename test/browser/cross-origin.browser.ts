import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { startServer } from "../../local/http/server.ts";
import { requestAccessToken } from "../../local/identity-provider/sign-in.ts";
import { type LocalService, startLocalService } from "../../local/service.ts";
import type { Controls, Observations } from "../../web/page/local-protocol.ts";
import { openBlankPage } from "../support/browser/blank-page.ts";
import { bundleForBrowser } from "../support/browser/bundle.ts";
import { describeInBrowser } from "../support/browser/chromium.ts";

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
    await Promise.all([allowed?.close(), foreign?.close()]);
    await browser?.close();
    await service?.close();
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

  test("can read API Gateway's 401", async () => {
    expect(await call(allowed, "not.a.jwt")).toMatchObject({ code: "SIGN_IN_REQUIRED", status: 401 });
    expect((await seen()).filter((one) => one.startsWith("POST"))).toEqual(["POST 401", "POST 401"]);
  });

  test("can read API Gateway's 429", async () => {
    await control({ throttledRequests: 3 });

    expect(await call(allowed)).toMatchObject({ code: "RATE_LIMITED", status: 429 });
  });

  test("can read a 502 and the request id, which the log has too", async () => {
    await control({ apiKeyRevoked: true });

    const failure = await call(allowed);
    expect(failure).toMatchObject({ code: "UPSTREAM_ERROR", status: 502, requestId: expect.stringMatching(/^.{36}$/) });
  });

  test("can read a 503 and how long to wait", async () => {
    service.mindset?.faults.set({ fault: "status-429", retryAfter: "42" });

    expect(await call(allowed)).toMatchObject({ code: "UPSTREAM_RATE_LIMITED", status: 503, retryAfterSeconds: 42 });
  });

  test("fails on an origin that is not allowed, without a request to Mindset", async () => {
    const askedBefore = service.mindset?.requests.length;

    expect(await call(foreign)).toMatchObject({ code: "NETWORK" });
    expect(new Set(await seen())).toEqual(new Set(["OPTIONS 204"]));
    expect(service.mindset?.requests).toHaveLength(askedBefore ?? 0);
  });

  test("fails for a foreign page that sends a request without preflight, and cannot read even the 401", async () => {
    const blind = foreign.page.evaluate(async (endpoint) => {
      const response = await fetch(endpoint, { method: "POST", mode: "no-cors", body: "{}" });
      return [response.type, response.status, await response.text()];
    }, service.endpoint);

    expect(await blind).toEqual(["opaque", 0, ""]);
    expect(await seen()).toEqual(["POST 401"]);
  });

  test("fails for a foreign page that uses the controls of the local page", async () => {
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

  test("gets a token for an expired access token through a gateway whose own errors have no CORS headers", async () => {
    const gateway = await startGatewayWithoutCorsOnErrors(service.apiGateway.url);
    await control({ nextAccessTokenSeconds: 1 });
    const expired = await requestAccessToken(service.identityProvider.issuer, "ada");
    await untilExpired(expired);
    const outcome = await allowed.page.evaluate(
      async ([endpoint, expired, renewed]) => {
        const asked: boolean[] = [];
        const source = tested.createTokenSource({
          endpoint,
          getAccessToken: ({ refresh }) => {
            asked.push(refresh);
            return refresh ? renewed : expired;
          },
        });
        return { token: await source.getAuthToken(), asked };
      },
      [`${gateway.url}/api/getusertoken`, expired, adasAccessToken] as const,
    );
    await gateway.close();

    expect(outcome).toEqual({ token: expect.stringMatching(/^local-token-/), asked: [false, true] });
    expect((await seen()).filter((one) => one.startsWith("POST"))).toEqual(["POST 401", "POST 200"]);
  });

  async function untilExpired(accessToken: string) {
    const headers = { authorization: `Bearer ${accessToken}` };
    for (let tries = 0; tries < 50 && (await fetch(service.endpoint, { headers })).status !== 401; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

/** Passes everything on to `url`, and removes the CORS headers from the gateway's own errors. */
function startGatewayWithoutCorsOnErrors(url: string) {
  return startServer({
    port: 0,
    listener: (incoming, outgoing) => {
      const { method, headers } = incoming;
      const onward = request(url + incoming.url, { method, headers: { ...headers, connection: "close" } }, (answer) => {
        const isOwnError = [401, 403, 429].includes(answer.statusCode ?? 0);
        const kept = Object.entries(answer.headers).filter(
          ([name]) => !isOwnError || !name.startsWith("access-control-"),
        );
        outgoing.writeHead(answer.statusCode ?? 0, Object.fromEntries(kept));
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    },
  });
}
