/** The stack: the token endpoint, and outputs that say what to do next. */
import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { DeploymentConfig } from "./config/deployment-config.ts";
import { TokenEndpoint } from "./token-endpoint.ts";

/** The stack's description. */
export const DESCRIPTION = "Mindset tokens for signed-in callers";

/** A stack with nothing but a {@link TokenEndpoint}. */
export class TokenEndpointStack extends Stack {
  readonly endpoint: TokenEndpoint;

  /**
   * @param config the settings; checked here.
   * @param stackProps the props of any stack (`env`, `tags`, ...).
   * @throws DeploymentConfigError with every problem.
   */
  constructor(scope: Construct, id: string, config: DeploymentConfig, stackProps: StackProps = {}) {
    super(scope, id, { description: DESCRIPTION, ...stackProps });
    // "Default" adds nothing to the logical ids of the resources.
    this.endpoint = new TokenEndpoint(this, "Default", config);
    addOutputs(this, this.endpoint);
    new CfnOutput(this, "SetApiKeyCommand", {
      value: `npm run set-key -- --secret-id ${this.endpoint.apiKeySecret.secretArn} --api-host ${config.apiHost} --app-uid ${config.appUid}`,
      description:
        "Sets the Mindset API key. Run it in this project's folder; it asks for the key and checks it with Mindset first",
    });
  }
}

/** The outputs for everybody, with this project's folder or without. */
export function addOutputs(stack: Stack, { url, httpApi, apiKeySecret, handler }: TokenEndpoint): void {
  function output(id: string, value: string, description: string): void {
    new CfnOutput(stack, id, { value, description });
  }
  output("TokenEndpointUrl", url, "URL from which your page fetches its token");
  output("ApiId", httpApi.apiId, "Id of the HTTP API");
  output("ApiKeySecretArn", apiKeySecret.secretArn, "Secret that contains the Mindset API key");
  output("FunctionName", handler.functionName, "The Lambda function");
  output(
    "PutApiKeyCommand",
    `aws secretsmanager put-secret-value --region ${apiKeySecret.env.region} --secret-id ${apiKeySecret.secretArn} --secret-string file:///dev/stdin`,
    "Sets the key without this project and without a check: run it, paste the key, press Enter, then Ctrl-D",
  );
}
