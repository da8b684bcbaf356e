/** The stack of a template: the same resources, with the functions' code inline and parameters in place of settings. */
import { Aws, DefaultStackSynthesizer, Stack, Token } from "aws-cdk-lib";
import { CfnApi, CfnStage } from "aws-cdk-lib/aws-apigatewayv2";
import { CfnAlarm } from "aws-cdk-lib/aws-cloudwatch";
import type { CfnFunction, IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { toSignInSettings } from "../config/sign-in/authorizer-settings.ts";
import type { FunctionName } from "../functions/bundle.ts";
import { inlineCode } from "../functions/code.ts";
import { TokenEndpoint } from "../token-endpoint.ts";
import { addOutputs, DESCRIPTION } from "../token-endpoint-stack.ts";
import { ParameterValues } from "./parameter-values.ts";
import type { TemplateSettings } from "./settings.ts";
import { withParameters } from "./with-parameters.ts";

/** Needs neither CDK's assets nor its bootstrap. */
export class TemplateStack extends Stack {
  constructor(scope: Construct, id: string, settings: TemplateSettings) {
    super(scope, id, {
      description: DESCRIPTION,
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    });
    const values = new ParameterValues(this, settings.parameters);
    const config = withParameters(settings, values);
    const endpoint = new TokenEndpoint(this, "Default", config);
    setCode(endpoint.handler, "token");
    if (endpoint.authorizerHandler) {
      const authorizer = setCode(endpoint.authorizerHandler, "authorizer");
      // CDK's toJsonString would escape the quotes that separate the values of a list.
      authorizer.environment = { variables: { SIGN_IN: JSON.stringify(toSignInSettings(config)) } };
    }
    for (const resource of this.node.findAll()) {
      if (resource instanceof CfnApi) setNameAndOrigins(resource, values);
      if (resource instanceof CfnStage) setThrottle(resource, values);
      if (resource instanceof CfnAlarm) setActions(resource, values);
    }
    addOutputs(this, endpoint);
  }
}

function setCode(handler: IFunction, name: FunctionName): CfnFunction {
  const resource = handler.node.defaultChild as CfnFunction;
  resource.code = { zipFile: inlineCode(name) };
  return resource;
}

/** Two stacks of one template must not give their APIs the same name. Without origins, there is no CORS. */
function setNameAndOrigins(api: CfnApi, values: ParameterValues): void {
  api.name = Aws.STACK_NAME;
  const cors = { ...api.corsConfiguration, allowOrigins: values.list("AllowedOrigins") };
  const property = Object.entries(cors).map(([name, value]) => [name.replace(/^./, (a) => a.toUpperCase()), value]);
  api.corsConfiguration = values.unlessEmpty("AllowedOrigins", Object.fromEntries(property));
}

function setThrottle(stage: CfnStage, values: ParameterValues): void {
  stage.defaultRouteSettings = {
    throttlingRateLimit: values.number("RateLimit"),
    throttlingBurstLimit: values.number("BurstLimit"),
  };
}

function setActions(alarm: CfnAlarm, values: ParameterValues): void {
  const actions = Token.asList(values.unlessEmpty("AlarmTopicArn", [values.text("AlarmTopicArn")]));
  alarm.alarmActions = actions;
  alarm.okActions = actions;
}
