/** What the emulated AWS has of the stack, asked of each service, whatever CloudFormation says. */
import { aws } from "./aws-cli.ts";
import type { Emulator } from "./emulator.ts";

/** Everything there is; for a stack that is the only one. */
export type Created = Awaited<ReturnType<typeof readBack>>;

/** Asks every service. */
export const readBack = async (emulator: Emulator) => {
  const ask = (...args: string[]) => aws(emulator, ...args);
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
};

/** The parts of one API. */
export const readApi = async (emulator: Emulator, apiId: string) => {
  const itemsOf = async (kind: string) => (await aws(emulator, "apigatewayv2", kind, "--api-id", apiId)).Items;
  const [routes, authorizers, integrations, stages] = await Promise.all(
    ["get-routes", "get-authorizers", "get-integrations", "get-stages"].map(itemsOf),
  );
  return { routes, authorizers, integrations, stages };
};

/** What a role may do: every statement of its own policies, and the policies of others that are attached. */
export const readRole = async (emulator: Emulator, role: string) => {
  const ask = (command: string, ...args: string[]) => aws(emulator, "iam", command, "--role-name", role, ...args);
  const { AttachedPolicies } = await ask("list-attached-role-policies");
  const { PolicyNames } = await ask("list-role-policies");
  const statementsOf = async (name: string) =>
    (await ask("get-role-policy", "--policy-name", name)).PolicyDocument.Statement;
  return { attached: AttachedPolicies, statements: (await Promise.all(PolicyNames.map(statementsOf))).flat() };
};

/** The value of a secret. */
export const readSecret = async (emulator: Emulator, arn: string): Promise<string> =>
  (await aws(emulator, "secretsmanager", "get-secret-value", "--secret-id", arn)).SecretString;
