/** Reads back what the emulated AWS has of the stack, from each service and not from CloudFormation. */
import { aws } from "./aws-cli.ts";
import type { Emulator } from "./emulator.ts";

/** Everything there is; for a stack that is the only one. */
export type Created = Awaited<ReturnType<typeof readBack>>;

/** Asks every service. */
export async function readBack(emulator: Emulator) {
  function ask(...args: string[]) {
    return aws(emulator, ...args);
  }
  const [apis, functions, secrets, logs, alarms] = await Promise.all([
    ask("apigatewayv2", "get-apis"),
    ask("lambda", "list-functions"),
    ask("secretsmanager", "list-secrets"),
    ask("logs", "describe-log-groups"),
    ask("cloudwatch", "describe-alarms"),
  ]);
  return {
    apis: apis.Items,
    functions: functions.Functions,
    secrets: secrets.SecretList,
    logGroups: logs.logGroups,
    alarms: alarms.MetricAlarms,
  };
}

/** The parts of one API. */
export async function readApi(emulator: Emulator, apiId: string) {
  async function itemsOf(kind: string) {
    return (await aws(emulator, "apigatewayv2", kind, "--api-id", apiId)).Items;
  }
  const [routes, authorizers, integrations, stages] = await Promise.all(
    ["get-routes", "get-authorizers", "get-integrations", "get-stages"].map(itemsOf),
  );
  return { routes, authorizers, integrations, stages };
}

/** What a role may do: every statement of its own policies, and the policies of others that are attached. */
export async function readRole(emulator: Emulator, role: string) {
  function ask(command: string, ...args: string[]) {
    return aws(emulator, "iam", command, "--role-name", role, ...args);
  }
  const { AttachedPolicies } = await ask("list-attached-role-policies");
  const { PolicyNames } = await ask("list-role-policies");
  async function statementsOf(name: string) {
    return (await ask("get-role-policy", "--policy-name", name)).PolicyDocument.Statement;
  }
  return { attached: AttachedPolicies, statements: (await Promise.all(PolicyNames.map(statementsOf))).flat() };
}

/** The value of a secret. */
export async function readSecret(emulator: Emulator, arn: string): Promise<string> {
  return (await aws(emulator, "secretsmanager", "get-secret-value", "--secret-id", arn)).SecretString;
}
