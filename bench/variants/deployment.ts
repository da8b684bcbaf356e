/** Synthesises the stack, and reads the function that `cdk deploy` would deploy. */
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { ASSET_RESOURCE_METADATA_ENABLED_CONTEXT } from "aws-cdk-lib/cx-api";
import { TokenEndpointStack } from "../../lib/token-endpoint-stack.ts";
import { BenchError } from "../run.ts";

/** The function in the template. */
export interface Deployment {
  assetFolder: string;
  /** Variables whose values do not refer to other resources. */
  environment: Record<string, string>;
  memoryMb: number;
}

/** @throws BenchError unless the stack has exactly one function. */
export function synthesize(folder: string): Deployment {
  const outdir = join(folder, "cdk.out");
  const app = new App({
    outdir,
    builtinCloudFormationValidation: false,
    context: { [ASSET_RESOURCE_METADATA_ENABLED_CONTEXT]: true },
  });
  new TokenEndpointStack(app, "Bench", {
    apiHost: "a.api.mindset.ai",
    appUid: "bench-app",
    signIn: { issuer: "https://login.example.com/", audience: ["bench"] },
  });
  const { template } = app.synth().getStackByName("Bench");
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
  const resources = Object.values<any>(template.Resources);
  const functions = resources.filter(({ Type }) => Type === "AWS::Lambda::Function");
  if (functions.length !== 1)
    throw new BenchError(`the stack has ${functions.length} functions: which one to measure?`);
  const [{ Metadata, Properties }] = functions;
  const variables = Object.entries<unknown>(Properties.Environment.Variables);
  return {
    assetFolder: join(outdir, Metadata["aws:asset:path"]),
    environment: Object.fromEntries(
      variables.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
    memoryMb: Properties.MemorySize,
  };
}
