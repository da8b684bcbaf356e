/** Opens the page of `npm start` in a browser and records what it does. I/O: browser, files. */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A page in its own browser context. */
export interface WatchedPage {
  page: Page;
  /** Every token that the page received: access, ID, refresh and Mindset tokens. */
  tokens: string[];
  /** Everything that could reveal a token: URLs, the page itself, the console and all storage. */
  visible(): Promise<string>;
  /** Violations of the content security policy, and uncaught errors. */
  problems: string[];
  /** Its requests, e.g. `POST http://localhost:3001/token`. */
  requests: string[];
  /** Saves a screenshot. @returns the serious accessibility findings of axe. */
  look(name: string): Promise<string[]>;
  close(): Promise<void>;
}

const PICTURES = join(import.meta.dirname, "../../../screenshots");
const AXE = createRequire(import.meta.url)("axe-core").source as string;

/** Opens the page. */
export async function openWatchedPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const tokens: string[] = [];
  const seen: string[] = [];
  const problems: string[] = [];
  const requests: string[] = [];
  await page.exposeFunction("reportViolation", (text: string) => problems.push(text));
  await page.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      Object(window).reportViolation(`${violatedDirective} ${blockedURI}`),
    ),
  );
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => seen.push(message.text()));
  page.on("framenavigated", (frame) => seen.push(frame.url()));
  page.on("request", (request) => {
    requests.push(`${request.method()} ${request.url()}`);
    seen.push(request.url());
  });
  page.on("response", async (response) => {
    if (!/\/(token|getusertoken)$/.test(response.url()) || !response.ok()) return;
    const body: Record<string, unknown> = await response.json().catch(() => ({}));
    for (const [name, value] of Object.entries(body)) if (/token$/i.test(name)) tokens.push(String(value));
  });
  await page.goto(url);
  await page.waitForSelector("body[data-ready]");

  return {
    page,
    tokens,
    problems,
    requests,
    visible: async () => [...seen, await page.content(), JSON.stringify(await readStorages(page))].join("\n"),
    look: async (name) => {
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
      return findBarriers(page);
    },
    close: () => context.close(),
  };
}

async function readStorages(page: Page) {
  return {
    cookies: await page.context().cookies(),
    inPage: await page.evaluate(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      history: history.state,
    })),
  };
}

async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: Axe }).axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

type Axe = typeof import("axe-core");
