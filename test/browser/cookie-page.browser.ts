import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { type LocalService, startLocalService } from "../../local/service.ts";
import { STAFF_ACCOUNT } from "../../local/sign-in/grants.ts";
import { describeInBrowser } from "../support/browser/chromium.ts";
import { openWatchedPage, type WatchedPage } from "../support/browser/watched-page.ts";

jest.setTimeout(60_000);

describeInBrowser("the page with --sign-in userinfo", (launch) => {
  let browser: Browser;
  let service: LocalService;
  let alan: WatchedPage;
  beforeAll(async () => {
    [browser, service] = await Promise.all([launch(), startLocalService({ signIn: { type: "userinfo" } })]);
    alan = await openWatchedPage(browser, service.page.url);
    await alan.page.getByRole("button", { name: "Sign in" }).click();
    await alan.page.locator("button[value=alan]").click();
    await alan.page.waitForSelector("body[data-ready]");
  });
  afterAll(async () => {
    await alan?.close();
    await browser?.close();
    await service?.close();
  });

  async function press(name: string, report: string) {
    await alan.page.getByRole("button", { name, exact: true }).click();
    await alan.page.locator("body[aria-busy=false]").waitFor();
    return alan.page.locator(report).innerText();
  }

  test("shows the sign-in that runs, and who is signed in", async () => {
    expect(await alan.page.locator("#sign-in-type").textContent()).toBe("userinfo");
    expect(await alan.page.locator("#signed-in").textContent()).toBe("Signed in as Alan Turing. The subject is alan.");
  });

  test("gets a token with the cookie, and shows the account and tenant that the user's groups grant", async () => {
    const report = await press("Get a token", "#token .report");

    expect(report).toMatch(/^Token received/);
    expect(report).toContain(`alan\tAlan Turing\t${STAFF_ACCOUNT}\tacme`);
    expect(await alan.page.locator("#source-code").textContent()).toContain('credentials: "include"');
    expect(alan.problems).toEqual([]);
    expect(await alan.look("cookie-page")).toEqual([]);
  });

  test("asks the user to sign in again once the session has ended, without a second request", async () => {
    const report = await press("Try: The session has ended", "#situations .report:has(.details > *)");

    expect(report).toMatch(/: SIGN_IN_REQUIRED/);
    expect(report).toContain("Let the user sign in again.");
    expect(report.match(/POST\s+401/g)).toHaveLength(1);
    await alan.page.reload();
    expect(await alan.page.getByRole("button", { name: "Sign in", exact: true }).isVisible()).toBe(true);
  });
});
