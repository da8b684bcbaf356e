/** The stack as a table of contents: the secret, the function, the API, the alarms, and what to do next. */
import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { ApiKeySecret } from "./api-key-secret.ts";
import { type DeploymentConfig, parseDeploymentConfig } from "./config/parse.ts";
import { Monitoring } from "./monitoring.ts";
import { TokenApi } from "./token-api.ts";
import { TokenFunction } from "./token-function.ts";

/** A signed-in caller gets a Mindset token for itself, and never sees the Mindset API key. */
export class TokenEndpointStack extends Stack {
  /**
   * @param config checked here too, for stacks that are made elsewhere than in `bin/app.ts`.
   * @param stackProps what any stack takes (`env`, `tags`, ...).
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

    this.output("TokenEndpointUrl", url, "Where the page fetches its token, with the caller's JWT as bearer token");
    this.output("ApiKeySecretArn", secret.secretArn, "The secret that holds the Mindset API key");
    this.output("FunctionName", handler.functionName, "The Lambda function");
    this.output(
      "SetApiKeyCommand",
      `npm run set-key -- --secret-id ${secret.secretArn} --api-host ${props.apiHost} --app-uid ${props.appUid}`,
      "Sets the Mindset API key: run it in this project's folder; it asks for the key, and tries it with Mindset first",
    );
    this.output(
      "PutApiKeyCommand",
      `aws secretsmanager put-secret-value --region ${secret.env.region} --secret-id ${secret.secretArn} --secret-string file:///dev/stdin`,
      "The same without a trial, and without this project: run it, paste the key, press Enter, then Ctrl-D",
    );
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
