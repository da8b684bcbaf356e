import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Browser, BrowserContextOptions, Locator } from "playwright-core";
import { type LocalService, startLocalService } from "../../local/service.ts";
import { SITUATIONS } from "../../web/page/trial/situations.ts";
import { describeInBrowser } from "../support/browser/chromium.ts";
import { openWatchedPage, type WatchedPage } from "../support/browser/watched-page.ts";

jest.setTimeout(30_000);

const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };

/** The headline of each trial, by its title. */
const OUTCOMES: Record<string, RegExp> = {
  "Mindset is slow": /^Token received after 3\./,
  "Mindset is overloaded for a moment": /^Token received after [23]\./,
  "Mindset does not answer": /^No token after 15\.\d\d s: TIME_LIMIT$/,
  "Too many requests": /^Token received after [012]\./,
  "The API key was deleted": /^No token after \d\.\d\d s: UPSTREAM_ERROR \(502, request \S{36}\)$/,
  "The access token has expired": /^Token received/,
  "The sign-in has ended": /^No token after \d\.\d\d s: SIGN_IN_REQUIRED$/,
};

describeInBrowser("the page", (launch) => {
  let browser: Browser;
  let service: LocalService;
  beforeAll(async () => {
    [browser, service] = await Promise.all([launch(), startLocalService()]);
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  function open(options?: BrowserContextOptions) {
    return openWatchedPage(browser, service.page.url, options);
  }
  async function openAs(user: string, options?: BrowserContextOptions) {
    const watched = await open(options);
    await signIn(watched, user);
    return watched;
  }
  async function signIn({ page }: WatchedPage, user: string) {
    await page
      .getByRole("button", { name: /^Sign in/ })
      .last()
      .click();
    await page.locator(`button[value=${user}]`).click();
    await page.waitForSelector("body[data-ready]");
  }
  /** Presses a button, waits until the trial ends, and gives the headline of its report. */
  async function press({ page }: WatchedPage, name: string) {
    const button = page.getByRole("button", { name, exact: true });
    await button.click();
    await page.locator("body[aria-busy=false]").waitFor({ timeout: 25_000 });
    return reportOf(button).locator(".headline").textContent();
  }
  /** The report next to a button: in its list item, or at the end of its step. */
  function reportOf(button: Locator) {
    return button.locator("xpath=ancestor::*[*[contains(@class,'report')]][1]").locator("> .report");
  }
  function statuses({ page }: WatchedPage, name: string) {
    const report = reportOf(page.getByRole("button", { name, exact: true }));
    return report.locator("tr:has(td:text-is('POST')) .status").allInnerTexts();
  }

  test("opens when a browser visits the API", async () => {
    const watched = await openWatchedPage(browser, `${service.apiGateway.url}/`);

    expect(watched.page.url()).toBe(`${service.page.url}/`);
    await watched.close();
  });

  test("signs Ada in, gets her token from another origin, and shows the request to Mindset", async () => {
    const ada = await openAs("ada");
    expect(await ada.page.locator("#signed-in").textContent()).toBe("Signed in as Ada Lovelace. The subject is ada.");
    expect(ada.page.url()).toBe(`${service.page.url}/`);

    expect(await press(ada, "Get a token")).toMatch(/^Token received after \d\.\d\d s: local-token-\S{4}… \(44 char/);
    expect(await ada.page.locator("table:has-text('Requests to API Gateway') tr").allInnerTexts()).toEqual([
      expect.anything(),
      expect.stringMatching(/OPTIONS \(CORS preflight\)\s+204/),
      expect.stringMatching(/POST\s+200/),
    ]);
    const [sent, answered] = await ada.page.locator("figure pre").allInnerTexts();
    expect(sent).toContain('x-api-key: (hidden)\n\n{"externalId":"ada","name":"Ada Lovelace"}');
    expect(answered).toMatch(/^201\n\n\{"authToken":"local-token-\S{4}…"\}$/);
    await ada.close();
  });

  test("keeps two users in two browsers apart", async () => {
    const [ada, grace] = [await openAs("ada"), await openAs("grace")];
    const greetings = [];
    for (const one of [ada, grace]) {
      await press(one, "Run SDK 3");
      greetings.push(await one.page.locator("#agent").textContent());
      await one.close();
    }

    expect(greetings).toEqual([
      expect.stringContaining("knows you as ada."),
      expect.stringContaining("knows you as x--e1-auth0_7cgrace."),
    ]);
  });

  test("serves SDK 2 and SDK 3 in each form, two calls at the same time with one request", async () => {
    const ada = await openAs("ada");
    for (const button of ["Run SDK 2", "Run SDK 3", "Run SDK 3 with an object"]) {
      expect(await press(ada, button)).toMatch(/^Token received .*local-token-/);
      expect(await statuses(ada, button)).toEqual(["200"]);
    }
    await ada.close();
  });

  test("renews an expired access token once", async () => {
    const ada = await openAs("ada");
    function renewals() {
      return ada.requests.filter((request) => request.endsWith("/token")).length;
    }
    const before = renewals();

    expect(await press(ada, "Try: The access token has expired")).toMatch(/^Token received/);
    expect(await statuses(ada, "Try: The access token has expired")).toEqual(["401", "200"]);
    expect(renewals() - before).toBe(2); // one for a token that expires, one because it has expired
    await ada.close();
  });

  test("asks the user to sign in again after the sign-in has ended", async () => {
    const ada = await openAs("ada");

    expect(await press(ada, "Try: The sign-in has ended")).toMatch(/: SIGN_IN_REQUIRED$/);
    expect(await statuses(ada, "Try: The sign-in has ended")).toEqual(["401"]);
    await signIn(ada, "grace");
    expect(await press(ada, "Get a token")).toMatch(/^Token received/);
    await ada.close();
  });

  test("shows a request that was canceled before its response", async () => {
    const ada = await openAs("ada");

    await press(ada, "Try: Mindset does not answer");
    expect(await statuses(ada, "Try: Mindset does not answer")).toEqual(["504", "504", "canceled"]);
    await ada.close();
  });

  test("asks a user who never signed in to sign in", async () => {
    const signedOut = await open();

    expect(await press(signedOut, "Get a token")).toMatch(/: SIGN_IN_REQUIRED$/);
    const details = signedOut.page.locator("#token .details");
    expect(await details.getByRole("button").allInnerTexts()).toEqual(["Sign in"]);
    expect(await details.innerText()).toContain("What a page should do: Let the user sign in.");
    await signedOut.close();
  });

  test("shows why a sign-in failed", async () => {
    const lost = await openWatchedPage(browser, `${service.page.url}/?code=of-somebody-else&state=unknown`);

    expect(await lost.page.locator("#signed-in").textContent()).toMatch(/^The sign-in failed: .+\.$/);
    expect(lost.page.url()).toBe(`${service.page.url}/`);
    await lost.close();
  });

  test("has no token after the user signs out", async () => {
    const ada = await openAs("ada");
    await ada.page.getByRole("button", { name: "Sign out" }).click();
    await ada.page.getByRole("button", { name: "Sign in", exact: true }).waitFor();

    expect(await press(ada, "Get a token")).toMatch(/SIGN_IN_REQUIRED/);
    await ada.close();
  });

  test("can be used with the keyboard only", async () => {
    const { page, close } = await open();
    async function tabTo(name: string) {
      for (let presses = 0; presses < 20; presses++) {
        await page.keyboard.press("Tab");
        const focused = await page.evaluate(() => document.activeElement?.textContent);
        if (focused?.includes(name)) return page.keyboard.press("Enter");
      }
      throw new Error(`the Tab key does not lead to ${name}`);
    }
    await tabTo("Sign in");
    await page.waitForURL(/sign-in/);
    await tabTo("Grace");
    await page.waitForSelector("body[data-ready]");
    await tabTo("Get a token");

    await page.getByText("Token received").waitFor();
    await close();
  });

  test.each<[string, BrowserContextOptions, string[]]>([
    ["desktop", DESKTOP, Object.keys(OUTCOMES)],
    ["phone", PHONE, Object.keys(OUTCOMES).filter((title) => title !== "Mindset does not answer")],
    ["desktop-dark", { ...DESKTOP, colorScheme: "dark" }, ["Too many requests", "The API key was deleted"]],
  ])(
    "on a %s has no serious barrier, breaks no policy and shows no token",
    async (device, options, situations) => {
      const ada = await open(options);
      async function look(state: string) {
        return expect([state, await ada.look(`${device}-${state}`)]).toEqual([state, []]);
      }

      await look("1-signed-out");
      await ada.page.getByRole("button", { name: "Sign in", exact: true }).click();
      await ada.page.locator("button[value=ada]").waitFor();
      await look("2-provider");
      await ada.page.locator("button[value=ada]").click();
      await ada.page.waitForSelector("body[data-ready]");
      await look("3-signed-in");
      await press(ada, "Get a token");
      await look("4-token");
      await press(ada, "Run SDK 3");
      await look("5-sdk");
      const calling = press(ada, "Try: Too many requests");
      await ada.page.getByText("Calling the endpoint …").waitFor();
      await look("6-calling");
      await calling;
      for (const title of situations) {
        expect(await press(ada, `Try: ${title}`)).toMatch(OUTCOMES[title] ?? "");
        await look(`7-${title.toLowerCase().replaceAll(" ", "-")}`);
      }

      expect(ada.problems).toEqual([]);
      expect(ada.tokens.length).toBeGreaterThan(5);
      const visible = await ada.visible();
      expect(visible).toContain(service.page.url);
      for (const token of ada.tokens) expect(visible.includes(token)).toBe(false);
      const tooWide = await ada.page.evaluate(() =>
        [...document.querySelectorAll("html, section")].filter((one) => one.scrollWidth > one.clientWidth).map(String),
      );
      expect(tooWide).toEqual([]);
      await ada.close();
    },
    300_000, // many trials, with a check of every state
  );

  test("has a headline above for each fault", () => {
    expect(SITUATIONS.map(({ title }) => title)).toEqual([...Object.keys(OUTCOMES), "The session has ended"]);
  });
});
