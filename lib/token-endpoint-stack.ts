/** The stack: the token endpoint, and outputs that say what to do next. */
import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
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
    putApiKeyCommand(apiKeySecret),
    "Sets the key with the AWS CLI alone; the key is not tested. In bash or zsh (macOS, Linux, AWS CloudShell), run it, paste the key (it is not displayed), press Enter",
  );
}

/** The key is neither displayed nor in an argument. No quotes, because the AWS CLI prints outputs as JSON, which escapes them. */
function putApiKeyCommand({ env, secretArn }: ISecret): string {
  const put = `aws secretsmanager put-secret-value --region ${env.region} --secret-id ${secretArn} --secret-string file:///dev/stdin`;
  return `(set -f; IFS=; echo Paste the key and press Enter; read -rs KEY; printf %s $KEY | ${put})`;
}
