import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { type LocalServer, startServer } from "../../local/http/server.ts";
import { type FakeMindset, startMindset } from "../../local/mindset/server.ts";
import { type LocalService, startLocalService } from "../../local/service.ts";
import { describeInBrowser } from "../support/browser/chromium.ts";
import { openWatchedPage, type WatchedPage } from "../support/browser/watched-page.ts";

/** Does with the page what Mindset's own SDK 3 does: asks for a token, and finds its element. */
const SDK = `window.mindset = {
  init: async ({ appUid, fetchAuthentication }) => {
    const answer = await fetchAuthentication();
    const agent = document.querySelector("mindset-agent");
    agent.textContent = appUid + " " + agent.getAttribute("agent-uid") + " " + typeof answer;
  },
};`;

describeInBrowser("the page with a real SDK and the real Mindset", (launch) => {
  let browser: Browser;
  let sdk: LocalServer;
  let mindset: FakeMindset;
  let service: LocalService;
  let ada: WatchedPage;

  beforeAll(async () => {
    browser = await launch();
    const headers = { "content-type": "text/javascript" };
    sdk = await startServer({ port: 0, listener: (_request, response) => response.writeHead(200, headers).end(SDK) });
    mindset = await startMindset({ port: 0, appUid: "real-app", apiKeys: ["real-key"] });
    service = await startLocalService({
      realMindset: { apiHost: mindset.url, appUid: "real-app", apiKey: "real-key" },
      realSdk: { sdkUrl: `${sdk.url}/mindset-sdk3.umd.js`, agentUid: "agent-1" },
    });
    ada = await openWatchedPage(browser, service.page.url);
    await ada.page.getByRole("button", { name: "Sign in" }).click();
    await ada.page.locator("button[value=ada]").click();
    await ada.page.waitForSelector("body[data-ready]");
  }, 30_000);
  afterAll(async () => {
    await ada?.close();
    await browser?.close();
    await Promise.all([sdk?.close(), mindset?.close(), service?.close()]);
  });

  test("loads the SDK from its own origin, and gives it a token", async () => {
    await ada.page.getByRole("button", { name: "Run SDK 3", exact: true }).click();
    await ada.page.getByText("Token received").waitFor();

    expect(await ada.page.locator("mindset-agent").textContent()).toBe("real-app agent-1 string");
    expect([...mindset.users.keys()]).toEqual(["ada"]);
    expect(await ada.page.locator("#sdk-kind").textContent()).toContain(`${sdk.url}/mindset-sdk3.umd.js`);
    expect(ada.problems).toEqual([]);
  });

  test("offers no faults of the real Mindset", async () => {
    expect(await ada.page.locator("#situations h3").allTextContents()).toEqual([
      "Too many requests",
      "The access token has expired",
      "The sign-in has ended",
    ]);
  });

  test("only reports what the SDK loads from elsewhere", async () => {
    const elsewhere = await startServer({ port: 0, listener: (_request, response) => response.end("window.more = 1") });
    await ada.page.evaluate((src) => {
      const script = Object.assign(document.createElement("script"), { src });
      const loaded = new Promise((resolve) => script.addEventListener("load", resolve));
      document.head.append(script);
      return loaded.then(() => {});
    }, `${elsewhere.url}/more.js`);

    expect(await ada.page.evaluate(() => Object(window).more)).toBe(1);
    expect(ada.problems).toEqual([`script-src-elem ${elsewhere.url}/more.js`]);
    await elsewhere.close();
  });
});
