/** Pure: the environment of the function on this machine; nothing of the developer's own AWS account is in it. */
import { devNull } from "node:os";
import { ENVIRONMENT_DEFAULTS, type FunctionEnvironment } from "../lambda/contract.ts";

/** The name under which the stand-in for Secrets Manager has Mindset's API key. */
export const API_KEY_SECRET_NAME = "local/mindset-api-key";

/** Where the function finds what it needs. */
export interface FunctionEndpoints {
  /** e.g. `http://localhost:3002`, or a real host. */
  mindsetApiHost: string;
  appUid: string;
  secretsManagerUrl: string;
}

/**
 * Puts the variables into an environment, after taking out all that AWS tools read (a profile would win over keys),
 * and the real API key, which the function must get from the secret alone.
 *
 * @param environment e.g. `process.env`.
 */
export function applyFunctionEnvironment(
  environment: Record<string, string | undefined>,
  surroundings: FunctionEndpoints,
): void {
  for (const name of Object.keys(environment)) {
    if (name.startsWith("AWS_") || name === "MINDSET_API_KEY") delete environment[name];
  }
  Object.assign(environment, toFunctionEnvironment(surroundings));
}

/** The variables that the stack and Lambda would set. */
function toFunctionEnvironment({ mindsetApiHost, appUid, secretsManagerUrl }: FunctionEndpoints) {
  const settings: FunctionEnvironment = {
    ...ENVIRONMENT_DEFAULTS,
    MINDSET_API_HOST: mindsetApiHost,
    MINDSET_APP_UID: appUid,
    MINDSET_API_KEY_SECRET_ARN: API_KEY_SECRET_NAME,
  };
  return {
    ...settings,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "LOCAL-NOT-A-KEY",
    AWS_SECRET_ACCESS_KEY: "local-not-a-secret",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManagerUrl,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_LAMBDA_FUNCTION_NAME: "local",
  };
}
