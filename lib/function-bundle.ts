/** How esbuild bundles each function into one file. */
import { join } from "node:path";
import { Runtime } from "aws-cdk-lib/aws-lambda";
import { Charset, type NodejsFunctionProps, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";

const projectRoot = join(import.meta.dirname, "..");

/** The files that export each function's `handler`. */
export const entries = {
  token: join(projectRoot, "lambda/token/index.ts"),
  authorizer: join(projectRoot, "lambda/authorizer/index.ts"),
};

/**
 * The code-related props of a `NodejsFunction`: `index.handler`, one minified file, on Node 24. Paths are absolute, so
 * that stacks in other projects can use them.
 */
export const functionBundle = {
  projectRoot,
  depsLockFilePath: join(projectRoot, "package-lock.json"),
  handler: "handler",
  runtime: Runtime.NODEJS_24_X,
  bundling: {
    // Importing a builtin such as `node:http` reads all its exports, which loads undici: 50 ms of cold start.
    // Requiring it does not. Hence CommonJS, and `require()` for each `import()` (see below; the AWS SDK uses it).
    format: OutputFormat.CJS,
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true, // readable names in errors that Lambda reports; costs 1 to 3 ms of cold start
    charset: Charset.UTF8,
    bundleAwsSDK: true, // only the parts in use, which load faster than the runtime's copy
    // The SDK only checks whether these globals exist, but touching them makes Node load its web streams.
    define: { ReadableStream: "undefined", Blob: "undefined" },
    esbuildArgs: {
      "--supported:dynamic-import": "false",
      // Replaces parts of the AWS SDK (see lambda/aws-sdk/). Paths are relative to projectRoot, where esbuild runs.
      "--alias": [
        "@aws-sdk/core/protocols=./lambda/aws-sdk/json-protocol.ts",
        "@aws-sdk/credential-provider-node=./lambda/aws-sdk/credentials.ts",
        "@smithy/core/config=./lambda/aws-sdk/configuration.ts",
        "@smithy/core/event-streams=./lambda/aws-sdk/event-streams.ts",
      ],
    },
  },
} satisfies NodejsFunctionProps;
