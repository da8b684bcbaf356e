/** How each function becomes one minified file, in the repository and for the npm package. Runs esbuild and terser. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { BuildOptions } from "esbuild";
import type { MinifyOptions } from "terser";

const projectRoot = join(import.meta.dirname, "../..");
const require = createRequire(join(projectRoot, "package.json"));

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
  // Requiring it does not. Hence CommonJS, and, by `supported`, `require()` for each `import()`: the AWS SDK has some.
  format: "cjs",
  supported: { "dynamic-import": false },
  mainFields: ["module", "main"],
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

/** Options of terser. esbuild can keep function names for stack traces, too, but calls a helper for each of them: 4 ms. */
const minifying = {
  ecma: 2020,
  toplevel: true,
  keep_fnames: true,
  compress: { passes: 2 },
  format: {
    // A single other character makes V8 store the whole text with two bytes per character, and CloudFormation's API shows it as "?".
    ascii_only: true,
    wrap_func_args: true, // V8 compiles functions in parentheses at once, instead of reading them twice
  },
} satisfies MinifyOptions;

/** @returns the text of a function's `index.js`. */
export function bundleFunction(name: FunctionName): string {
  // Required here and below because applications that use the npm package have neither esbuild nor terser.
  const { buildSync }: typeof import("esbuild") = require("esbuild");
  const { outputFiles } = buildSync({ ...bundling, entryPoints: [entries[name]], write: false });
  return minify(outputFiles[0]?.text ?? "");
}

/** Terser takes 2 s, so its results are cached, by a hash of everything that they depend on. */
function minify(text: string): string {
  const { version } = require("terser/package.json");
  const key = createHash("sha256")
    .update(JSON.stringify([version, minifying, text]))
    .digest("hex");
  const file = join(projectRoot, "node_modules/.cache/functions", `${key}.js`);
  if (existsSync(file)) return readFileSync(file, "utf8");
  const { minify_sync }: typeof import("terser") = require("terser");
  const { code = "" } = minify_sync(text, minifying);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file); // another process never sees a part of it
  return code;
}
