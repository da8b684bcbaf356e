/** What of this repository becomes the deployed function, and how esbuild makes one file of it. */
import { join } from "node:path";
import { Runtime } from "aws-cdk-lib/aws-lambda";
import { Charset, type NodejsFunctionProps, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";

const projectRoot = join(import.meta.dirname, "..");

/**
 * The props of a `NodejsFunction` that decide about its code: `index.handler`, one minified file, on Node 24.
 * Paths are absolute, so that a stack elsewhere can use it too.
 */
export const functionBundle = {
  projectRoot,
  depsLockFilePath: join(projectRoot, "package-lock.json"),
  entry: join(projectRoot, "lambda/token/index.ts"),
  handler: "handler",
  runtime: Runtime.NODEJS_24_X,
  bundling: {
    // Importing a builtin such as `node:http` reads each of its exports, which loads undici: 50 ms of cold start.
    // Requiring it does not, hence CommonJS, and `import()` made `require()` below (the AWS SDK uses it).
    format: OutputFormat.CJS,
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true, // an error that Lambda reports itself has a name one can read; costs 1 to 3 ms of cold start
    charset: Charset.UTF8,
    bundleAwsSDK: true, // only the parts in use: less to load than the copy in Lambda's runtime
    // Node loads its web streams when one of these globals is touched; the SDK does so only to see whether they exist.
    define: { ReadableStream: "undefined", Blob: "undefined" },
    esbuildArgs: {
      "--supported:dynamic-import": "false",
      // What a function has no use for, by what it has instead; relative to projectRoot, where esbuild runs.
      "--alias": [
        "@aws-sdk/core/protocols=./lambda/aws-sdk/json-protocol.ts",
        "@aws-sdk/credential-provider-node=./lambda/aws-sdk/credentials.ts",
        "@smithy/core/config=./lambda/aws-sdk/configuration.ts",
        "@smithy/core/event-streams=./lambda/aws-sdk/event-streams.ts",
      ],
    },
  },
} satisfies NodejsFunctionProps;
