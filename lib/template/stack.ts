/** The stack of a template: the same resources, with the functions' code inline and parameters in place of settings. */
import {
  Aws,
  CfnCondition,
  CfnParameter,
  type CfnParameterProps,
  DefaultStackSynthesizer,
  Fn,
  type IResolvable,
  Stack,
  Token,
} from "aws-cdk-lib";
import { CfnApi, CfnStage } from "aws-cdk-lib/aws-apigatewayv2";
import { CfnAlarm } from "aws-cdk-lib/aws-cloudwatch";
import type { CfnFunction, IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { DeploymentConfig } from "../config/deployment-config.ts";
import { MAX_RATE } from "../config/schema.ts";
import { toSignInSettings } from "../config/sign-in/authorizer-settings.ts";
import { isJwt, type SignIn } from "../config/sign-in/types.ts";
import type { FunctionName } from "../functions/bundle.ts";
import { inlineCode } from "../functions/code.ts";
import { TokenEndpoint } from "../token-endpoint.ts";
import { addOutputs, DESCRIPTION } from "../token-endpoint-stack.ts";
import type { Parameter } from "./parameters.ts";
import type { TemplateSettings } from "./settings.ts";

/** Needs neither CDK's assets nor its bootstrap. */
export class TemplateStack extends Stack {
  private readonly parameters: Record<string, CfnParameter>;

  constructor(scope: Construct, id: string, { config, parameters }: TemplateSettings) {
    super(scope, id, {
      description: DESCRIPTION,
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    });
    this.parameters = Object.fromEntries(
      Object.entries(parameters).map(([name, parameter]) => [name, new CfnParameter(this, name, toProps(parameter))]),
    );
    const configWithParameters = this.withParameters(config);
    const endpoint = new TokenEndpoint(this, "Default", configWithParameters);
    setCode(endpoint.handler, "token");
    if (endpoint.authorizerHandler) {
      const authorizer = setCode(endpoint.authorizerHandler, "authorizer");
      // Not by toJsonString, which would escape JSON_SEPARATOR.
      authorizer.environment = { variables: { SIGN_IN: JSON.stringify(toSignInSettings(configWithParameters)) } };
    }
    for (const resource of this.node.findAll()) {
      if (resource instanceof CfnApi) this.setNameAndOrigins(resource);
      if (resource instanceof CfnStage) this.setThrottle(resource);
      if (resource instanceof CfnAlarm) this.setActions(resource);
    }
    addOutputs(this, endpoint);
    this.templateOptions.metadata = { "AWS::CloudFormation::Interface": toForm(parameters) };
  }

  private withParameters(config: DeploymentConfig): DeploymentConfig {
    return {
      ...config,
      apiHost: this.text("ApiHost"),
      allowAnyApiHost: true, // the pattern of ApiHost checks the host
      appUid: this.text("AppUid"),
      signIn: this.signInWithParameters(config.signIn),
      // A function gets the origins as part of a text; see setNameAndOrigins for API Gateway.
      allowedOrigins: [Fn.join(config.signIn.type === "lambda" ? "," : JSON_SEPARATOR, this.list("AllowedOrigins"))],
      alarmTopicArn: this.text("AlarmTopicArn"),
      apiKeySecretArn: config.apiKeySecretArn && this.text("ExistingSecretArn"),
    };
  }

  private signInWithParameters(signIn: SignIn): SignIn {
    if (isJwt(signIn)) {
      const scopes = Token.asList(this.unlessEmpty("Scopes", this.list("Scopes")));
      return { type: "jwt", issuer: this.text("Issuer"), audience: this.list("Audience"), scopes };
    }
    if (signIn.type === "userinfo") return { ...signIn, url: this.text("UserinfoUrl") };
    if (signIn.type === "lambda") return { ...signIn, authorizerArn: this.text("AuthorizerArn") };
    const [issuer, ...others] = signIn.issuers;
    if (!issuer || others.length > 0) return signIn;
    const audience = [Fn.join(JSON_SEPARATOR, this.list("Audience"))];
    const scopes = issuer.scopes && [Fn.join(JSON_SEPARATOR, this.list("Scopes"))];
    return { ...signIn, issuers: [{ ...issuer, issuer: this.text("Issuer"), audience, scopes }] };
  }

  /** Two stacks of one template must not give their APIs the same name. Without origins, there is no CORS. */
  private setNameAndOrigins(api: CfnApi): void {
    api.name = Aws.STACK_NAME;
    const cors = { ...api.corsConfiguration, allowOrigins: this.list("AllowedOrigins") };
    const property = Object.entries(cors).map(([name, value]) => [name.replace(/^./, (a) => a.toUpperCase()), value]);
    api.corsConfiguration = this.unlessEmpty("AllowedOrigins", Object.fromEntries(property));
  }

  private setThrottle(stage: CfnStage): void {
    stage.defaultRouteSettings = {
      throttlingRateLimit: this.parameter("RateLimit").valueAsNumber,
      throttlingBurstLimit: this.parameter("BurstLimit").valueAsNumber,
    };
  }

  private setActions(alarm: CfnAlarm): void {
    const actions = Token.asList(this.unlessEmpty("AlarmTopicArn", [this.text("AlarmTopicArn")]));
    alarm.alarmActions = actions;
    alarm.okActions = actions;
  }

  private unlessEmpty(name: string, value: unknown): IResolvable {
    const isList = this.parameter(name).type === "CommaDelimitedList";
    const text = isList ? Fn.join("", this.list(name)) : this.text(name);
    const condition = `Has${name}`;
    if (!this.node.tryFindChild(condition)) {
      new CfnCondition(this, condition, { expression: Fn.conditionNot(Fn.conditionEquals(text, "")) });
    }
    return Fn.conditionIf(condition, value, Aws.NO_VALUE);
  }

  private text(name: string): string {
    return this.parameter(name).valueAsString;
  }

  private list(name: string): string[] {
    return this.parameter(name).valueAsList;
  }

  private parameter(name: string): CfnParameter {
    const parameter = this.parameters[name];
    if (!parameter) throw new Error(`no parameter ${name}`);
    return parameter;
  }
}

/** Between texts of a list in JSON: joined by it, a list parameter becomes one text, and in JSON a list again. */
const JSON_SEPARATOR = '","';

function toProps({ path: _, default: value, ...props }: Parameter): CfnParameterProps {
  const range = props.type === "Number" ? { minValue: 1, maxValue: MAX_RATE } : undefined;
  return { ...props, ...range, default: Array.isArray(value) ? value.join(",") : value };
}

/** The order of the parameters in CloudFormation's console. */
function toForm(parameters: TemplateSettings["parameters"]) {
  const names = Object.keys(parameters);
  const isOptional = (name: string) => parameters[name]?.default !== undefined;
  return {
    ParameterGroups: [
      { Label: { default: "Required" }, Parameters: names.filter((name) => !isOptional(name)) },
      { Label: { default: "Optional" }, Parameters: names.filter(isOptional) },
    ],
  };
}

function setCode(handler: IFunction, name: FunctionName): CfnFunction {
  const resource = handler.node.defaultChild as CfnFunction;
  resource.code = { zipFile: inlineCode(name) };
  return resource;
}
