import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { openBlankPage } from "../support/browser/blank-page.ts";
import { bundleForBrowser } from "../support/browser/bundle.ts";
import { describeInBrowser } from "../support/browser/chromium.ts";
import { startScriptedEndpoint } from "../support/servers/scripted-endpoint.ts";
import { rules } from "../web/token-source/rules/all.ts";
import { checkRule } from "../web/token-source/rules/check-rule.ts";
import { token } from "../web/token-source/rules/rule.ts";

declare const tested: typeof import("../web/token-source/rules/all.ts");

/** Browser features from 2022 or later that a library might use. */
const YOUNGER_THAN_2022 = {
  AbortSignal: ["any", "timeout"],
  "AbortSignal.prototype": ["reason", "throwIfAborted"],
  "Array.prototype": ["at", "findLast", "findLastIndex", "toReversed", "toSorted", "toSpliced", "with"],
  "String.prototype": ["at", "isWellFormed", "toWellFormed"],
  Array: ["fromAsync"],
  Map: ["groupBy"],
  Object: ["groupBy", "hasOwn"],
  Promise: ["try", "withResolvers"],
  "Set.prototype": ["difference", "intersection", "isSubsetOf", "union"],
  Response: ["json"],
  URL: ["canParse", "parse"],
  globalThis: ["Iterator", "navigation", "scheduler", "structuredClone"],
};

describeInBrowser("a token source in a browser of 2021", (launch) => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startScriptedEndpoint>>;
  let blank: Awaited<ReturnType<typeof openBlankPage>>;
  beforeAll(async () => {
    browser = await launch();
    server = await startScriptedEndpoint();
    blank = await openBlankPage(browser, removal() + bundleForBrowser("test/web/token-source/rules/all.ts"));
  }, 30_000);
  afterAll(async () => {
    await blank?.close();
    await browser?.close();
    await server?.close();
  });

  test("is tested without browser features from 2022 or later", async () => {
    expect(await blank.page.evaluate(() => ["any" in AbortSignal, "hasOwn" in Object])).toEqual([false, false]);
  });

  test.each(rules)("$title", (rule) =>
    checkRule(rule, server, (endpoint) =>
      blank.page.evaluate(([title, url]) => tested.actOutByTitle(title, url), [rule.title, endpoint] as const),
    ),
  );

  test("sends cookies only with credentials: include, and nothing about the page but its origin", async () => {
    server.play([token()]);
    await blank.page.context().addCookies([{ name: "session", value: "ada", url: server.url }]);
    await blank.page.evaluate(async (url) => {
      const { source, cookieSource } = tested.createKit(url);
      await source().getAuthToken();
      await cookieSource().getAuthToken();
    }, server.endpoint);

    expect(server.seen.map(({ headers }) => [headers.cookie, headers.authorization])).toEqual([
      [undefined, "Bearer sentinel-1"],
      ["session=ada", undefined],
    ]);
    for (const { headers } of server.seen) {
      expect(headers.origin).toBe(blank.origin);
      expect(headers).not.toHaveProperty("referer");
    }
  });
});

function removal(): string {
  const names = Object.entries(YOUNGER_THAN_2022).flatMap(([object, all]) => all.map((name) => `${object}.${name}`));
  return names.map((name) => `delete ${name};`).join("");
}
