import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { type LocalService, startLocalService } from "../../local/service.ts";
import { SITUATIONS } from "../../web/page/trial/situations.ts";
import { describeInBrowser } from "../support/chromium.ts";
import { openWatchedPage, type WatchedPage } from "../support/watched-page.ts";

const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

/** What comes of each situation, by its title. */
const OUTCOMES: Record<string, RegExp> = {
  "Mindset is slow": /^Token received after 3\./,
  "Mindset is overloaded for a moment": /^Token received after [23]\./,
  "Mindset stays silent": /^No token after 15\.\d\d s: TIME_LIMIT$/,
  "Too many requests": /^Token received after [012]\./,
  "The API key was revoked": /^No token after \d\.\d\d s: UPSTREAM_ERROR \(502, request \S{36}\)$/,
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
    await browser.close();
    await service.close();
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
  /** Presses a button and waits for the report. */
  async function press({ page }: WatchedPage, name: string) {
    await page.getByRole("button", { name, exact: true }).click();
    await page.locator("[data-mood=good], [data-mood=bad]").waitFor({ timeout: 25_000 });
    return page.locator(".report .headline:not(:empty)").textContent();
  }
  function statuses({ page }: WatchedPage) {
    return page.locator("tr:has(td:text-is('POST')) .status").allInnerTexts();
  }

  test("is where the API's own address leads a browser", async () => {
    const watched = await openWatchedPage(browser, `${service.apiGateway.url}/`);

    expect(watched.page.url()).toBe(`${service.page.url}/`);
    await watched.close();
  });

  test("signs Ada in, gets her token from another origin, and shows what Mindset was sent", async () => {
    const ada = await openAs("ada");
    expect(await ada.page.locator("#signed-in").textContent()).toBe("Signed in as Ada Lovelace. The subject is ada.");
    expect(ada.page.url()).toBe(`${service.page.url}/`);

    expect(await press(ada, "Get a token")).toMatch(/^Token received after \d\.\d\d s: local-token-\S{4}… \(44 char/);
    expect(await ada.page.locator("tr").allInnerTexts()).toEqual([
      expect.anything(),
      expect.stringMatching(/OPTIONS \(CORS preflight\)\s+204/),
      expect.stringMatching(/POST\s+200/),
    ]);
    const [sent, answered] = await ada.page.locator("figure pre").allInnerTexts();
    expect(sent).toContain('x-api-key: (hidden)\n\n{"externalId":"ada","name":"Ada Lovelace"}');
    expect(answered).toMatch(/^201\n\n\{"authToken":"local-token-\S{4}…"\}$/);
    await ada.close();
  });

  test("knows two users in two browsers as two users of Mindset", async () => {
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

  test("serves SDK 2 and SDK 3 in each form, two calls at once with one request", async () => {
    const ada = await openAs("ada");
    for (const button of ["Run SDK 2", "Run SDK 3", "Run SDK 3 with an object"]) {
      expect(await press(ada, button)).toMatch(/^Token received .*local-token-/);
      expect(await statuses(ada)).toEqual(["200"]);
    }
    await ada.close();
  });

  test("has an expired session renewed once, behind the user's back", async () => {
    const ada = await openAs("ada");
    function renewals() {
      return ada.requests.filter((request) => request.endsWith("/token")).length;
    }
    const before = renewals();

    expect(await press(ada, "Try: The access token has expired")).toMatch(/^Token received/);
    expect(await statuses(ada)).toEqual(["401", "200"]);
    expect(renewals() - before).toBe(2); // one to have a token that expires, one because it has
    await ada.close();
  });

  test("asks the user to sign in again when the session has ended, and that helps", async () => {
    const ada = await openAs("ada");

    expect(await press(ada, "Try: The sign-in has ended")).toMatch(/: SIGN_IN_REQUIRED$/);
    expect(await statuses(ada)).toEqual(["401"]);
    await signIn(ada, "grace");
    expect(await press(ada, "Get a token")).toMatch(/^Token received/);
    await ada.close();
  }, 20_000);

  test("shows a request that was given up before its answer", async () => {
    const ada = await openAs("ada");

    await press(ada, "Try: Mindset stays silent");
    expect(await statuses(ada)).toEqual(["504", "504", "given up"]);
    await ada.close();
  }, 30_000);

  test("says that nobody is signed in, and what to do about it", async () => {
    const nobody = await open();

    expect(await press(nobody, "Get a token")).toMatch(/: SIGN_IN_REQUIRED$/);
    expect(await nobody.page.getByRole("button", { name: "Sign in again" }).count()).toBe(1);
    expect(await nobody.page.locator(".details").allInnerTexts()).toContainEqual(
      expect.stringContaining("Let the user sign in"),
    );
    await nobody.close();
  });

  test("says so when a sign-in comes to nothing", async () => {
    const lost = await openWatchedPage(browser, `${service.page.url}/?code=of-somebody-else&state=unknown`);

    expect(await lost.page.locator("#signed-in").textContent()).toMatch(/^The sign-in came to nothing: .+\.$/);
    expect(lost.page.url()).toBe(`${service.page.url}/`);
    await lost.close();
  });

  test("signs out by a reload, after which no token is left", async () => {
    const ada = await openAs("ada");
    await ada.page.getByRole("button", { name: "Sign out" }).click();
    await ada.page.getByRole("button", { name: "Sign in", exact: true }).waitFor();

    expect(await press(ada, "Get a token")).toMatch(/SIGN_IN_REQUIRED/);
    await ada.close();
  });

  test("can be used with the keyboard alone", async () => {
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
    ["phone", PHONE, Object.keys(OUTCOMES).filter((title) => title !== "Mindset stays silent")],
    ["desktop-dark", { ...DESKTOP, colorScheme: "dark" }, ["Too many requests", "The API key was revoked"]],
  ])(
    "on a %s has no serious barrier, breaks no policy and shows no token",
    async (device, options, situations) => {
      const ada = await open(options);
      async function look(state: string) {
        return expect([state, await ada.look(`${device}-${state}`)]).toEqual([state, []]);
      }

      await look("1-nobody-signed-in");
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
      expect(await ada.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await ada.close();
    },
    120_000,
  );

  test("has nothing to try that was not tried here", () => {
    expect(SITUATIONS.map(({ title }) => title)).toEqual(Object.keys(OUTCOMES));
  });
});
