/** Edge (files): AWS's runtime client for Node where it has been built, else a bootstrap of ours. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const AWS_CLIENT = join(import.meta.dirname, "../.tools/aws-lambda-ric/node_modules/aws-lambda-ric");

/** What Node runs so that a function becomes a process that answers events. */
export const runtimeClient: { name: string; entry: string } = existsSync(join(AWS_CLIENT, "rapid-client.node"))
  ? { name: "aws-lambda-ric", entry: join(AWS_CLIENT, "index.mjs") }
  : { name: "our own bootstrap", entry: join(import.meta.dirname, "bootstrap.cjs") };
