/** Where the browser tests find Chromium. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findChromium } from "./chromium.ts";

let folder: string;
let browser: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "chromium-"));
  browser = join(folder, "chromium");
  writeFileSync(browser, "#!/bin/sh\n");
  chmodSync(browser, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("finds the browser in CHROMIUM_PATH, else on the PATH", () => {
  expect(findChromium({ PATH: ["/nowhere", folder].join(delimiter) })).toBe(browser);
  expect(findChromium({ PATH: "/nowhere", CHROMIUM_PATH: browser })).toBe(browser);
});

test("finds no browser where none is installed", () => {
  expect(findChromium({ PATH: "/nowhere" })).toBeUndefined();
});

test("fails when no browser is installed and CI requires one", () => {
  expect(() => findChromium({ PATH: "/nowhere", BROWSER_TESTS: "required" })).toThrow(
    "There is no Chromium on the PATH",
  );
});

test("fails when CHROMIUM_PATH is wrong, also with another browser on the PATH", () => {
  expect(() => findChromium({ PATH: folder, CHROMIUM_PATH: "/nowhere/chromium" })).toThrow(
    "/nowhere/chromium, which cannot",
  );
});
