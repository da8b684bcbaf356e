/** Synthesises the stack, and reads the functions that `cdk deploy` would deploy. */
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { ASSET_RESOURCE_METADATA_ENABLED_CONTEXT } from "aws-cdk-lib/cx-api";
import type { SignIn } from "../../lib/config/sign-in/types.ts";
import { TokenEndpointStack } from "../../lib/token-endpoint-stack.ts";
import { BenchError } from "../run.ts";

/** A function in the template. */
export interface Deployment {
  assetFolder: string;
  /** Variables whose values do not refer to other resources. */
  environment: Record<string, string>;
  memoryMb: number;
}

/** Synthesises one stack for each function, so that each has the environment of its usual sign-in. */
export function synthesize(folder: string): { token: Deployment; authorizer: Deployment } {
  const jwt = { issuer: "https://login.example.com/", audience: ["bench"] };
  const oidc: SignIn = { type: "oidc", issuers: [jwt] };
  return {
    token: synthesizeFunction(join(folder, "cdk.out"), { signIn: jwt, marker: "MINDSET_APP_UID" }),
    authorizer: synthesizeFunction(join(folder, "cdk-oidc.out"), { signIn: oidc, marker: "SIGN_IN" }),
  };
}

/**
 * @param marker a variable that only the wanted function has.
 * @throws BenchError unless exactly one function has it.
 */
function synthesizeFunction(outdir: string, { signIn, marker }: { signIn: SignIn; marker: string }): Deployment {
  const app = new App({
    outdir,
    builtinCloudFormationValidation: false,
    context: { [ASSET_RESOURCE_METADATA_ENABLED_CONTEXT]: true },
  });
  new TokenEndpointStack(app, "Bench", { apiHost: "a.api.mindset.ai", appUid: "bench-app", signIn });
  const { template } = app.synth().getStackByName("Bench");
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
  const resources = Object.values<any>(template.Resources);
  const functions = resources.filter(
    ({ Type, Properties }) => Type === "AWS::Lambda::Function" && marker in (Properties.Environment?.Variables ?? {}),
  );
  if (functions.length !== 1) throw new BenchError(`${functions.length} functions have the variable ${marker}`);
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
