/** Pure: the environment of the function on this machine, with nothing of the developer's own AWS account. */
import { devNull } from "node:os";
import { ENVIRONMENT_DEFAULTS, type FunctionEnvironment } from "../lambda/contract.ts";

/** The name of the secret that holds the Mindset API key in the fake Secrets Manager. */
export const API_KEY_SECRET_NAME = "local/mindset-api-key";

/** What the function calls. */
export interface FunctionEndpoints {
  /** e.g. `http://localhost:3002`, or a real host. */
  mindsetApiHost: string;
  appUid: string;
  secretsManagerUrl: string;
  /** The access key id that Secrets Manager expects. @default - one that it does not check */
  accessKeyId?: string;
  /** Which authorizer verified the caller. @default "jwt" */
  identitySource?: "jwt" | "lambda";
  /** The folder with `grants.json`. @default - nothing is granted */
  taskRoot?: string;
}

/**
 * Sets the variables of the function, and removes those that AWS tools read: a profile would take precedence.
 *
 * @param environment e.g. `process.env`.
 */
export function applyFunctionEnvironment(
  environment: Record<string, string | undefined>,
  endpoints: FunctionEndpoints,
): void {
  for (const name of Object.keys(environment)) {
    if (name.startsWith("AWS_") || name === "MINDSET_API_KEY") delete environment[name];
  }
  Object.assign(environment, toFunctionEnvironment(endpoints));
}

/** The variables that the stack and Lambda would set. */
function toFunctionEnvironment(endpoints: FunctionEndpoints) {
  const { mindsetApiHost, appUid, secretsManagerUrl, accessKeyId, identitySource = "jwt", taskRoot } = endpoints;
  const settings: FunctionEnvironment = {
    ...ENVIRONMENT_DEFAULTS,
    IDENTITY_SOURCE: identitySource,
    MINDSET_API_HOST: mindsetApiHost,
    MINDSET_APP_UID: appUid,
    MINDSET_API_KEY_SECRET_ARN: API_KEY_SECRET_NAME,
  };
  return {
    ...settings,
    ...(taskRoot && { LAMBDA_TASK_ROOT: taskRoot }),
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId ?? "LOCAL-NOT-A-KEY",
    AWS_SECRET_ACCESS_KEY: "local-not-a-secret",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManagerUrl,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_LAMBDA_FUNCTION_NAME: "local",
  };
}
