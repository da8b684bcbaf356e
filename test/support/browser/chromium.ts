/** Finds and launches the installed Chromium for browser tests. */
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe } from "@jest/globals";
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Finds the browser.
 *
 * @returns the path in `CHROMIUM_PATH`, else the first Chromium on the `PATH`, else `undefined`.
 * @throws when it is not where `CHROMIUM_PATH` says, or when no browser is found and `BROWSER_TESTS` is `required`.
 */
export function findChromium({ CHROMIUM_PATH, PATH = "", BROWSER_TESTS }: NodeJS.ProcessEnv): string | undefined {
  if (CHROMIUM_PATH) {
    if (!isExecutable(CHROMIUM_PATH)) throw new Error(`CHROMIUM_PATH is ${CHROMIUM_PATH}, which cannot be run`);
    return CHROMIUM_PATH;
  }
  const found = PATH.split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isExecutable);
  if (!found && BROWSER_TESTS === "required") throw new Error(MISSING);
  return found;
}

/**
 * Like `describe`, with a browser. Its tests are skipped if Chromium is missing.
 *
 * @param tests gets two functions: one launches a browser, the other one with a single window that allows third-party cookies.
 */
export function describeInBrowser(
  title: string,
  tests: (launch: () => Promise<Browser>, launchWithCookies: () => Promise<BrowserContext>) => void,
): void {
  const executablePath = findChromium(process.env);
  // Jest prints no console.warn when every test is skipped.
  if (!executablePath) process.stderr.write(`\nSKIPPED: "${title}" was not tested. ${MISSING}\n\n`);
  const suite = executablePath ? describe : describe.skip;
  const options = { executablePath, args: FLAGS };
  suite(title, () =>
    tests(
      () => chromium.launch(options),
      () => launchWithCookies(options),
    ),
  );
}

/** Private windows, and Debian's Chromium by default, block third-party cookies. */
async function launchWithCookies(options: LaunchOptions): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), "chromium-profile-"));
  mkdirSync(join(profile, "Default"));
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));
  const window = await chromium.launchPersistentContext(profile, options);
  const close = window.close.bind(window);
  window.close = async () => {
    await close();
    rmSync(profile, { recursive: true, maxRetries: 5 });
  };
  return window;
}

const MISSING =
  "There is no Chromium on the PATH: install one (Debian: apt-get install chromium), or set CHROMIUM_PATH.";

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
