/** The function alone, for `sam local invoke`. It has no API and is never deployed. */
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import type { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { ASSET_RESOURCE_METADATA_ENABLED_CONTEXT } from "aws-cdk-lib/cx-api";
import type { Construct } from "constructs";
import { TokenFunction } from "./functions/token-function.ts";

/** The function's logical id in the template, which SAM uses as its name. */
export const SAM_FUNCTION = "TokenFunction";

/**
 * Bundles the function and writes a template in which SAM finds it by the name {@link SAM_FUNCTION}.
 *
 * @param outdir target folder, e.g. `cdk.out/sam`; the code is written next to the template.
 * @returns the path of the template.
 */
export function writeSamTemplate(outdir: string): string {
  // Adds the path of the code, which SAM needs. Normally the CDK CLI sets this.
  const context = { [ASSET_RESOURCE_METADATA_ENABLED_CONTEXT]: true };
  const app = new App({ outdir, context, analyticsReporting: false, builtinCloudFormationValidation: false });
  const stack = new SamStack(app, "Sam");
  app.synth();
  return join(outdir, stack.templateFile);
}

/** SAM sets a variable from --env-vars only if the template declares it. */
const FROM_ENV_VARS = "set-in-events-env.json";

/** The deployed function, built for this machine's processor. */
class SamStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const { handler } = new TokenFunction(this, "TokenFunction", {
      apiHost: FROM_ENV_VARS,
      appUid: FROM_ENV_VARS,
      apiKeySecret: Secret.fromSecretNameV2(this, "ApiKey", FROM_ENV_VARS),
      architecture: process.arch === "arm64" ? "arm64" : "x86_64",
    });
    (handler.node.defaultChild as CfnFunction).overrideLogicalId(SAM_FUNCTION);
    handler.addEnvironment("AWS_ENDPOINT_URL_SECRETS_MANAGER", FROM_ENV_VARS);
  }
}
