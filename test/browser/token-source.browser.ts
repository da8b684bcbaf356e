import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { openBlankPage } from "../support/blank-page.ts";
import { bundleForBrowser } from "../support/browser-bundle.ts";
import { describeInBrowser } from "../support/chromium.ts";
import { startScriptedEndpoint } from "../support/scripted-endpoint.ts";
import { rules } from "../web/token-source/rules/all.ts";
import { checkRule } from "../web/token-source/rules/check-rule.ts";

declare const tested: typeof import("../web/token-source/rules/all.ts");

describeInBrowser("a token source in a browser", (launch) => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startScriptedEndpoint>>;
  let blank: Awaited<ReturnType<typeof openBlankPage>>;
  beforeAll(async () => {
    browser = await launch();
    server = await startScriptedEndpoint();
    blank = await openBlankPage(browser, bundleForBrowser("test/web/token-source/rules/all.ts"));
  }, 30_000);
  afterAll(async () => {
    await blank.close();
    await browser.close();
    await server.close();
  });

  test.each(rules)("$title", (rule) =>
    checkRule(rule, server, (endpoint) =>
      blank.page.evaluate(([title, url]) => tested.actOutByTitle(title, url), [rule.title, endpoint] as const),
    ),
  );

  test("sends nothing about the page but its origin", () => {
    for (const { headers } of server.seen) {
      expect(headers.origin).toBe(blank.origin);
      expect(headers).not.toHaveProperty("referer");
      expect(headers).not.toHaveProperty("cookie");
    }
  });
});
