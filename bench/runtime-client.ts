/** Edge (files): AWS's runtime client for Node where it has been built, else a bootstrap of ours. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const AWS_CLIENT = join(import.meta.dirname, "../.tools/aws-lambda-ric/node_modules/aws-lambda-ric");

/** What Node runs so that a function becomes a process that answers events; `note` is for who reads the bars. */
export const runtimeClient: { name: string; entry: string; note?: string } = existsSync(
  join(AWS_CLIENT, "rapid-client.node"),
)
  ? { name: "aws-lambda-ric", entry: join(AWS_CLIENT, "index.mjs") }
  : {
      name: "our own bootstrap",
      entry: join(import.meta.dirname, "bootstrap.cjs"),
      note: "The bars are meant for AWS's runtime client, which `npm run test:runtime` builds: with our own bootstrap ratios are higher, cold by about 0.1, warm by about 0.5.",
    };
