/** The stack: secret, function, API, alarms, and outputs that say what to do next. */
import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { ApiKeySecret } from "./api-key-secret.ts";
import type { DeploymentConfig } from "./config/deployment-config.ts";
import { parseDeploymentConfig } from "./config/parse.ts";
import { Monitoring } from "./monitoring.ts";
import { TokenApi } from "./token-api.ts";
import { TokenFunction } from "./token-function.ts";

/** Gives each signed-in user a Mindset token, and keeps the Mindset API key on the server. */
export class TokenEndpointStack extends Stack {
  /**
   * @param config checked here, so that stacks created outside `bin/app.ts` are checked too.
   * @param stackProps the props of any stack (`env`, `tags`, ...).
   * @throws DeploymentConfigError with every problem.
   */
  constructor(scope: Construct, id: string, config: DeploymentConfig, stackProps: StackProps = {}) {
    super(scope, id, { description: "Mindset tokens for signed-in callers", ...stackProps });
    const props = parseDeploymentConfig(config);
    const logRetention = props.logRetentionDays;

    const { secret } = new ApiKeySecret(this, "ApiKey", { existingSecretArn: props.apiKeySecretArn });
    const { handler } = new TokenFunction(this, "TokenFunction", { ...props, apiKeySecret: secret, logRetention });
    const { httpApi, url } = new TokenApi(this, "TokenApi", { ...props, handler, logRetention });
    const alarmTopic = props.alarmTopicArn ? Topic.fromTopicArn(this, "AlarmTopic", props.alarmTopicArn) : undefined;
    new Monitoring(this, "Monitoring", { httpApi, handler, alarmTopic });

    this.output(
      "TokenEndpointUrl",
      url,
      "URL from which your page fetches its token, with the user's JWT as bearer token",
    );
    this.output("ApiKeySecretArn", secret.secretArn, "Secret that contains the Mindset API key");
    this.output("FunctionName", handler.functionName, "The Lambda function");
    this.output(
      "SetApiKeyCommand",
      `npm run set-key -- --secret-id ${secret.secretArn} --api-host ${props.apiHost} --app-uid ${props.appUid}`,
      "Sets the Mindset API key. Run it in this project's folder; it asks for the key and checks it with Mindset first",
    );
    this.output(
      "PutApiKeyCommand",
      `aws secretsmanager put-secret-value --region ${secret.env.region} --secret-id ${secret.secretArn} --secret-string file:///dev/stdin`,
      "Sets the key without this project and without a check: run it, paste the key, press Enter, then Ctrl-D",
    );
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
