import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { BrowserContext } from "playwright-core";
import { createHandler as createAuthorizer } from "../../lambda/authorizer/handler.ts";
import { startApiGateway } from "../../local/api-gateway/server.ts";
import { type LocalServer, startServer } from "../../local/http/server.ts";
import { startExpressSession } from "../sign-in/express-session.ts";
import { openBlankPage } from "../support/browser/blank-page.ts";
import { bundleForBrowser } from "../support/browser/bundle.ts";
import { describeInBrowser } from "../support/browser/chromium.ts";
import { startTestEnvironment, type TestEnvironment } from "../support/function.ts";
import { captureOutput } from "../support/output.ts";
import { until } from "../support/until.ts";

declare const tested: typeof import("../../web/token-source/index.ts");

/** The pages are on 127.0.0.1 and the endpoint on localhost: two sites, to which a browser sends only SameSite=None cookies. */
describeInBrowser("a page of a user who is signed in by a cookie", (_launch, launchWithCookies) => {
  let browser: BrowserContext;
  let allowed: Awaited<ReturnType<typeof openBlankPage>>;
  let foreign: Awaited<ReturnType<typeof openBlankPage>>;
  let service: TestEnvironment;
  let sessions: Awaited<ReturnType<typeof startExpressSession>>;
  let gateway: LocalServer;
  let redirector: LocalServer;
  let endpoint: string;
  let output: ReturnType<typeof captureOutput>;
  const requests: { method: string; status?: number }[] = [];

  beforeAll(async () => {
    browser = await launchWithCookies();
    const script = bundleForBrowser("web/token-source/index.ts");
    [allowed, foreign] = await Promise.all([
      openBlankPage(browser, script, "127.0.0.1"),
      openBlankPage(browser, script, "127.0.0.1"),
    ]);
    [service, sessions] = await Promise.all([startTestEnvironment(), startExpressSession()]);
    output = captureOutput();
    gateway = await startApiGateway({
      port: 0,
      handler: await service.coldStart({ IDENTITY_SOURCE: "lambda" }),
      authorizer: { handler: createAuthorizer(signIn()) as never, identityHeaders: ["cookie"] },
      allowedOrigins: [allowed.origin],
      allowCredentials: true,
      onAccess: (entry) => requests.push(entry),
    });
    endpoint = `${gateway.url}/api/getusertoken`;
    redirector = await startServer({
      port: 0,
      listener: ({ headers }, response) =>
        response
          .writeHead(307, {
            location: endpoint,
            "access-control-allow-origin": headers.origin ?? "*",
            "access-control-allow-credentials": "true",
          })
          .end(),
    });
    const [name = "", value = ""] = (await sessions.signIn("7")).cookies[0]?.split("=") ?? [];
    await browser.addCookies([{ name, value, domain: "localhost", path: "/", secure: true, sameSite: "None" }]);
  }, 30_000);
  beforeEach(() => {
    requests.length = 0;
  });
  afterAll(async () => {
    await Promise.all([allowed?.close(), foreign?.close()]);
    await browser?.close();
    output?.restore();
    await Promise.all([gateway?.close(), redirector?.close(), sessions?.close(), service?.close()]);
  });

  function signIn() {
    const [allowedOrigins, url] = [[allowed.origin], `${sessions.url}/me`];
    return { type: "userinfo" as const, url, forward: ["cookie:sid"], subject: "user.id", handOn: [], allowedOrigins };
  }

  test("gets a token on an allowed origin, after the browser's preflight", async () => {
    const token = await allowed.page.evaluate(
      (endpoint) => tested.createTokenSource({ endpoint, credentials: "include", name: "Ada" }).getAuthToken(),
      endpoint,
    );

    expect(token).toMatch(/^local-token-/);
    expect(requests.map(({ method, status }) => `${method} ${status}`)).toEqual(["OPTIONS 204", "POST 200"]);
    expect(JSON.parse(String(service.mindset.requests.at(-1)?.body))).toMatchObject({ externalId: "7" });
  });

  /** Scripts of a foreign page; `$URL` is the endpoint, `$REDIRECT` leads to it. A value is what the script learned. */
  test.each([
    ["fetch", `fetch("$URL", { method: "POST", credentials: "include" }).then((response) => response.text())`],
    ["fetch with GET", `fetch("$URL", { credentials: "include" }).then((response) => response.text())`],
    [
      "fetch with a preflight",
      `fetch("$URL", { method: "POST", credentials: "include", headers: { "content-type": "application/json" } })`,
    ],
    [
      "no-cors fetch",
      `fetch("$URL", { method: "POST", credentials: "include", mode: "no-cors" }).then((response) => response.text())`,
    ],
    [
      "no-cors fetch with GET",
      `fetch("$URL", { credentials: "include", mode: "no-cors" }).then((response) => response.text())`,
    ],
    [
      "a redirect",
      `fetch("$REDIRECT", { method: "POST", credentials: "include" }).then((response) => response.text())`,
    ],
    ["a beacon", `navigator.sendBeacon("$URL")`],
    ["an event stream", `new EventSource("$URL", { withCredentials: true })`],
    ["an image", element("<img src=$URL>")],
    ["an image of the route with the user's id", element("<img src=$URL/7>")],
    ["a script", `document.head.append(Object.assign(document.createElement("script"), { src: "$URL" }))`],
    ["a frame", element("<iframe src=$URL></iframe>")],
    ["a form", `${element("<form method=post action=$URL>")}; document.forms[0].submit()`],
    ["a form with GET", `${element("<form action=$URL>")}; document.forms[0].submit()`],
    ["a link", `${element("<a id=link href=$URL>")}; document.querySelector("#link").click()`],
    ["a window", `void window.open("$URL")`],
    [
      "fetch in a sandboxed frame",
      sandboxed(`<script>fetch("$URL", { method: "POST", credentials: "include" })</script>`),
    ],
    [
      "a form in a sandboxed frame",
      sandboxed("<form method=post action=$URL></form><script>document.forms[0].submit()</script>"),
    ],
  ])("fails to get a token on a foreign origin, by %s", async (_what, script) => {
    const before = service.mindset.requests.length;
    const attack = script.replaceAll("$URL", endpoint).replaceAll("$REDIRECT", redirector.url);
    const page = await browser.newPage();
    await page.goto(foreign.origin);
    const learned = await page.evaluate(attack).catch(String);
    await until(() => requests.some(({ status }) => status !== undefined));
    await page.close();

    // A 401 would mean that the browser sent no cookie; the 404 is for an icon.
    const outcomes = requests.map(({ method, status }) => `${method} ${status}`).filter((one) => one !== "GET 404");
    for (const outcome of outcomes) expect(outcome).toMatch(/^(OPTIONS 204|GET 403|POST 403)$/);
    expect(String(learned)).not.toContain("local-token");
    expect(service.mindset.requests).toHaveLength(before);
  });

  test("fails on an allowed origin when the request comes via a foreign one", async () => {
    const attack = allowed.page.evaluate(
      (url) => fetch(url, { method: "POST", credentials: "include" }).then((response) => response.text()),
      redirector.url,
    );

    await expect(attack).rejects.toThrow("Failed to fetch");
    expect(requests.map(({ method, status }) => `${method} ${status}`)).toEqual(["POST 403"]);
  });
});

function element(html: string) {
  return `document.body.insertAdjacentHTML("beforeend", ${JSON.stringify(html)})`;
}

/** A frame of the origin `null`. */
function sandboxed(html: string) {
  return `{
    const frame = Object.assign(document.createElement("iframe"), { srcdoc: ${JSON.stringify(html)} });
    frame.sandbox = "allow-scripts allow-forms";
    document.body.append(frame);
  }`;
}
