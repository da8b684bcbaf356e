/** Reads a deployed stack (CloudFormation, CloudWatch) and checks its outputs, its alarms and its key. */

import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { isLocalApiHost, isMindsetHost } from "../../../lambda/contract.ts";
import { parseApiKey } from "../../../lambda/token/api-key/value.ts";
import { TokenError } from "../../../lambda/token/errors.ts";
import { parseSettings, type Settings } from "../../../lambda/token/settings.ts";
import { credentialsAdvice } from "../../set-key/credentials-advice.ts";
import { checkKey } from "../../set-key/mindset-check.ts";
import { createSecretClient } from "../../set-key/secret-client.ts";
import { SetKeyError } from "../../set-key/settings.ts";
import { type Finding, fail, pass } from "../report.ts";
import { jsonObject } from "../request.ts";
import { resolveParameters } from "../resolve-parameters.ts";
import { factsFromTemplate, type Resource, type SignInFacts } from "../sign-in.ts";

/** What a stack says about its endpoint. */
export interface StackFacts {
  url: string;
  signIn: SignInFacts | undefined;
  target: Pick<Settings, "apiOrigin" | "appUid" | "apiKeySecretId"> | undefined;
  alarmNames: string[];
}

const WANTED_OUTPUTS = ["TokenEndpointUrl", "ApiKeySecretArn", "FunctionName"];

/** @returns undefined when the stack cannot be read or is not this project's. */
export async function* readStack(StackName: string): AsyncGenerator<Finding, StackFacts | undefined> {
  const check = `stack ${StackName}`;
  const { answer, error } = await describeStack(StackName);
  if (!answer) return void (yield fail(check, error.name, credentialsAdvice(error, process.env) ?? MAY_READ));
  const { stack, template, alarmNames } = answer;
  const outputs = Object.fromEntries((stack?.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue]));
  const missing = WANTED_OUTPUTS.filter((name) => !outputs[name]);
  if (missing.length > 0) return void (yield fail(check, `it has no output ${missing.join(", ")}`, WRONG_STACK));
  yield stack?.StackStatus?.endsWith("_COMPLETE") && !stack.StackStatus.includes("ROLLBACK")
    ? pass(check, stack.StackStatus)
    : fail(check, `its status is ${stack?.StackStatus}`, "The last deployment did not succeed. Deploy again.");
  const url = outputs.TokenEndpointUrl ?? "";
  try {
    const resources = resourcesOf(stack, template);
    const target = targetOf(resources, outputs.ApiKeySecretArn ?? "");
    return { url, signIn: factsFromTemplate(resources), target, alarmNames };
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    yield fail("settings of the functions", error.message, "Correct the settings, and deploy again.");
    return { url, signIn: undefined, target: undefined, alarmNames };
  }
}

/** The error is one of the AWS SDK. */
async function describeStack(StackName: string) {
  const client = new CloudFormationClient({});
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const { TemplateBody = "" } = await client.send(new GetTemplateCommand({ StackName }));
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
    const alarms = StackResources.filter(({ ResourceType }) => ResourceType === "AWS::CloudWatch::Alarm");
    const alarmNames = alarms.map(({ PhysicalResourceId = "" }) => PhysicalResourceId);
    return { answer: { stack, template: jsonObject(TemplateBody), alarmNames } };
  } catch (error) {
    return { error: error as Error };
  }
}

/** None if the template is not JSON. */
function resourcesOf(stack: Stack | undefined, template: object): Record<string, Resource> {
  const given = (stack?.Parameters ?? []).map(({ ParameterKey, ParameterValue, ResolvedValue }) => [
    ParameterKey,
    ResolvedValue ?? ParameterValue,
  ]);
  return resolveParameters({ template, values: Object.fromEntries(given), stackArn: stack?.StackId }).Resources;
}

function targetOf(resources: Record<string, Resource>, secretArn: string) {
  const environments = Object.values(resources).map(({ Properties }) => Properties?.Environment?.Variables ?? {});
  const { MINDSET_API_HOST, MINDSET_APP_UID } = environments.find((variables) => "MINDSET_APP_UID" in variables) ?? {};
  if (typeof MINDSET_API_HOST !== "string" || typeof MINDSET_APP_UID !== "string") return undefined;
  // The key would be sent there, and somebody else may have made the stack.
  if (!isMindsetHost(MINDSET_API_HOST) && !isLocalApiHost(MINDSET_API_HOST)) return undefined;
  return parseSettings({ MINDSET_API_HOST, MINDSET_APP_UID, MINDSET_API_KEY_SECRET_ARN: secretArn });
}

/** Whether an alarm is raised. */
export async function* checkAlarms(AlarmNames: string[]): AsyncGenerator<Finding> {
  const check = "alarms";
  if (AlarmNames.length === 0) return yield fail(check, "the stack has no alarms", "Deploy the current version.");
  try {
    const { MetricAlarms = [] } = await new CloudWatchClient({}).send(new DescribeAlarmsCommand({ AlarmNames }));
    const raised = MetricAlarms.filter(({ StateValue }) => StateValue === "ALARM");
    if (raised.length === 0) yield pass(check, `${MetricAlarms.length}, none raised${hintOf(MetricAlarms)}`);
    for (const { AlarmName = "", StateReason = "", AlarmDescription = "" } of raised) {
      yield fail(`alarm ${AlarmName}`, StateReason, AlarmDescription || "See docs/operations.md.");
    }
  } catch (error) {
    yield fail(check, (error as Error).name, credentialsAdvice(error, process.env) ?? MAY_READ);
  }
}

function hintOf(alarms: MetricAlarm[]): string {
  return alarms.some(({ AlarmActions = [] }) => AlarmActions.length > 0)
    ? ""
    : "; no notifications are configured (alarmTopicArn)";
}

/** Whether the secret holds a key that Mindset accepts. The key is sent to Mindset only. */
export async function* checkSecret(target: NonNullable<StackFacts["target"]>): AsyncGenerator<Finding> {
  const [stored, accepted] = ["key in the secret", "Mindset accepts the key"] as const;
  let key: string;
  try {
    key = parseApiKey(await createSecretClient({ ...target, endpointOk: true }).read());
  } catch (error) {
    if (error instanceof TokenError) return yield fail(stored, error.message, STORE);
    return yield fail(stored, (error as Error).name, credentialsAdvice(error, process.env) ?? MAY_READ_SECRET);
  }
  yield pass(stored);
  try {
    yield pass(accepted, await checkKey(key, target));
  } catch (error) {
    if (!(error instanceof SetKeyError)) throw error;
    yield fail(
      accepted,
      error.message.replace(/ Nothing was stored\.$/, ""),
      "Store another key with npm run set-key.",
    );
  }
}

const WRONG_STACK = "This is another stack. The default is --stack MindsetTokenEndpoint.";
const STORE = "Store a Mindset API key with npm run set-key.";
const MAY_READ =
  "Check the stack's name, the region (AWS_REGION), and that your credentials may read CloudFormation and CloudWatch.";
const MAY_READ_SECRET =
  "Check that your credentials allow secretsmanager:GetSecretValue; or store a key with npm run set-key.";
