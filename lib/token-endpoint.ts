/** Construct: the token endpoint for your own stack: secret, function, API and alarms. */
import { Annotations, CfnOutput } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Grants } from "../lambda/grants-data.ts";
import { Authorizer } from "./api/authorizer.ts";
import { TokenApi } from "./api/token-api.ts";
import { ApiKeySecret } from "./api-key-secret.ts";
import type { DeploymentConfig } from "./config/deployment-config.ts";
import { grantsSummary } from "./config/grants/summary.ts";
import { toGrants } from "./config/grants/types.ts";
import { parseDeploymentConfig } from "./config/parse.ts";
import { isJwt, usesCookies } from "./config/sign-in/types.ts";
import { warningsFor } from "./config/warnings.ts";
import { TokenFunction } from "./functions/token-function.ts";
import { Alarms } from "./monitoring/alarms.ts";
import { Dashboard } from "./monitoring/dashboard.ts";
import { functionMetric } from "./monitoring/metrics.ts";

/** Gives each signed-in user a Mindset token, and keeps the Mindset API key on the server. */
export class TokenEndpoint extends Construct {
  /** The secret that contains the Mindset API key. */
  readonly apiKeySecret: ISecret;

  /** The function behind the routes. */
  readonly handler: IFunction;

  /** Our authorizer function, if the sign-in needs one. */
  readonly authorizerHandler?: IFunction;

  readonly httpApi: HttpApi;

  /** The full URL of the endpoint, e.g. `https://abc.execute-api.eu-west-1.amazonaws.com/api/getusertoken`. */
  readonly url: string;

  /** @throws DeploymentConfigError with every problem of the configuration. */
  constructor(scope: Construct, id: string, props: DeploymentConfig) {
    super(scope, id);
    const config = parseDeploymentConfig(props);
    const { signIn, allowedOrigins } = config;
    const options = { ...config, logRetention: config.logRetentionDays };
    const grants = config.grants && toGrants(config.grants, signIn);

    this.apiKeySecret = new ApiKeySecret(this, "ApiKey", {
      existingSecretArn: config.apiKeySecretArn,
      kmsKeyArn: config.kmsKeyArn,
    }).secret;
    this.handler = new TokenFunction(this, "TokenFunction", {
      ...options,
      grants,
      apiKeySecret: this.apiKeySecret,
      identitySource: isJwt(signIn) ? "jwt" : "lambda",
      cookieOrigins: signIn.type === "lambda" && signIn.cookies ? allowedOrigins : undefined,
    }).handler;
    const authorizer = new Authorizer(this, "Authorizer", config, options);
    this.authorizerHandler = authorizer.handler;
    const api = new TokenApi(this, "TokenApi", {
      ...options,
      handler: this.handler,
      authorizer: authorizer.routeAuthorizer,
      scopes: isJwt(signIn) ? signIn.scopes : undefined,
      allowCredentials: usesCookies(signIn),
    });
    this.httpApi = api.httpApi;
    this.url = api.url;
    const alarmTopic = config.alarmTopicArn ? Topic.fromTopicArn(this, "AlarmTopic", config.alarmTopicArn) : undefined;
    new Alarms(this, "Monitoring", { httpApi: this.httpApi, handler: this.handler, alarmTopic });

    if (config.dashboard) new Dashboard(this, "Dashboard", this);
    if (grants) this.showGrants(grants);
    for (const { id, message } of warningsFor(config)) Annotations.of(this).addWarningV2(`mindset:${id}`, message);
  }

  /** One of the function's metrics (see docs/operations.md), e.g. `metric("TokenIssued")`, summed over 5 minutes. */
  metric(metricName: string): Metric {
    return functionMetric(this.handler, metricName);
  }

  /** Allows storing another Mindset API key. */
  grantWriteApiKey(grantee: IGrantable): Grant {
    return this.apiKeySecret.grantWrite(grantee);
  }

  /** As an output, the summary is part of `cdk diff`. */
  private showGrants(grants: Grants): void {
    const summary = grantsSummary(grants);
    Annotations.of(this).addInfo(["Grants:", ...summary].join("\n"));
    new CfnOutput(this, "Grants", { value: summary.join("; "), description: "Who gets which accounts and tenants" });
  }
}
