/** Bundles a module as a script for a page; its exports become the global `tested`. */
import { join } from "node:path";
import { buildSync } from "esbuild";

/** @param file relative to the project's root, e.g. `test/web/token-source/rules/all.ts`. */
export function bundleForBrowser(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, "../../..", file)],
    bundle: true,
    format: "iife",
    globalName: "tested",
    target: ["chrome97", "firefox95", "safari15"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
