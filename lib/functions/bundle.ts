/** How each function becomes one minified file, in the repository and for the npm package. Runs esbuild and terser. */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import type { MinifyOptions } from "terser";

const projectRoot = join(import.meta.dirname, "../..");

/** The files that export each function's `handler`, from the project's root. */
export const entries = { token: "lambda/token/index.ts", authorizer: "lambda/authorizer/index.ts" };

/** One of our functions. */
export type FunctionName = keyof typeof entries;

/** Options of esbuild: one file for Node 24. Relative paths start at `absWorkingDir`. */
export const bundling = {
  absWorkingDir: projectRoot,
  bundle: true,
  platform: "node",
  target: "node24",
  // Importing a builtin such as `node:http` reads all its exports, which loads undici: 50 ms of cold start.
  // Requiring it does not. Hence CommonJS, and `require()` for each `import()` (see below; the AWS SDK uses it).
  format: "cjs",
  supported: { "dynamic-import": false },
  mainFields: ["module", "main"],
  charset: "ascii", // CloudFormation's answers show other characters of inline code as question marks
  logLevel: "warning",
  // The SDK only checks whether these globals exist, but touching them makes Node load its web streams.
  define: { ReadableStream: "undefined", Blob: "undefined" },
  // Replaces parts of the AWS SDK (see lambda/aws-sdk/), which is bundled: it loads faster than the runtime's copy.
  alias: {
    "@aws-sdk/core/protocols": "./lambda/aws-sdk/json-protocol.ts",
    "@aws-sdk/credential-provider-node": "./lambda/aws-sdk/credentials.ts",
    "@smithy/core/config": "./lambda/aws-sdk/configuration.ts",
    "@smithy/core/event-streams": "./lambda/aws-sdk/event-streams.ts",
    "@smithy/core/retry": "./lambda/aws-sdk/retry.ts",
  },
} satisfies BuildOptions;

/** Options of terser. esbuild, too, could keep the functions' names, which stack frames show, but calls a helper for each: 4 ms. */
const minifying = {
  ecma: 2020,
  toplevel: true,
  keep_fnames: true,
  compress: { passes: 2 },
  format: {
    ascii_only: true, // one other character, and V8 keeps the whole text in two bytes for each
    wrap_func_args: true, // V8 compiles functions in parentheses at once, instead of reading them twice
  },
} satisfies MinifyOptions;

/** Writes `index.js` of a function into the folder. */
export function bundleFunction(name: FunctionName, folder: string): void {
  // Required here because applications that use the npm package have neither.
  const require = createRequire(join(projectRoot, "package.json"));
  const { buildSync }: typeof import("esbuild") = require("esbuild");
  const { minify_sync }: typeof import("terser") = require("terser");
  const { outputFiles } = buildSync({ ...bundling, entryPoints: [entries[name]], write: false });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), minify_sync(outputFiles[0]?.text ?? "", minifying).code ?? "");
}
