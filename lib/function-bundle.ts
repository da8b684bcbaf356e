/** How esbuild bundles each function into one file, in the repository and for the npm package. Runs esbuild. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";

const projectRoot = join(import.meta.dirname, "..");

/** The files that export each function's `handler`, from the project's root. */
export const entries = { token: "lambda/token/index.ts", authorizer: "lambda/authorizer/index.ts" };

/** One of our functions. */
export type FunctionName = keyof typeof entries;

/** Options of esbuild: one minified file for Node 24. Relative paths start at `absWorkingDir`. */
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
  minify: true,
  keepNames: true, // readable names in errors that Lambda reports; costs 1 to 3 ms of cold start
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
  },
} satisfies BuildOptions;

/** Writes `index.js` of a function into the folder. */
export function bundleFunction(name: FunctionName, folder: string): void {
  // Required here because applications that use the npm package have no esbuild.
  const { buildSync }: typeof import("esbuild") = createRequire(join(projectRoot, "package.json"))("esbuild");
  buildSync({ ...bundling, entryPoints: [entries[name]], outfile: join(folder, "index.js") });
}
