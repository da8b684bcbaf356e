/** A module of the tests as a script for a page: its exports become the global `tested`. */
import { join } from "node:path";
import { buildSync } from "esbuild";

/** @param file from the project's root, e.g. `test/web/token-source/rules/all.ts`. */
export function bundleForBrowser(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, "../..", file)],
    bundle: true,
    format: "iife",
    globalName: "tested",
    target: "es2024",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
