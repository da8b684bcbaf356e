/** The browser of the browser tests: the Chromium that is installed, with a fresh profile. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe } from "@jest/globals";
import { type Browser, chromium } from "playwright-core";

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
 * @throws when it is not where `CHROMIUM_PATH` says, or when there is none and `BROWSER_TESTS` is `required`.
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

/** Like `describe`, with a browser; every test in it is skipped, and counted as such, where there is none. */
export function describeInBrowser(title: string, tests: (launch: () => Promise<Browser>) => void): void {
  const executablePath = findChromium(process.env);
  // Not by console.warn, which Jest keeps to itself when every test is skipped.
  if (!executablePath) process.stderr.write(`\nSKIPPED: "${title}" was not tested. ${MISSING}\n\n`);
  const suite = executablePath ? describe : describe.skip;
  suite(title, () => tests(() => chromium.launch({ ...(executablePath && { executablePath }), args: FLAGS })));
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
