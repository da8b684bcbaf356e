/** Edge (Secrets Manager): the secret's present value, and a new key in its place. */
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { parseApiKey } from "../lambda/api-key-value.ts";
import { SetKeyError } from "./set-key-error.ts";

/** A secret that could be read, and so is the right one. */
export interface StoredKey {
  /** Tells whether the secret holds this very key already. */
  isPresent(key: string): boolean;
  /** Puts the key in place of the present one; where that stands in JSON, as `apiKey`, the new one will too. */
  replace(key: string): Promise<void>;
}

/**
 * Reads the secret, in its own region or that of the environment or profile.
 *
 * @param secretId ARN or name.
 * @throws SetKeyError, also from `replace`, naming AWS's error; never with a value in it.
 */
export const readStoredKey = async (secretId: string): Promise<StoredKey> => {
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secretId)?.[1];
  const client = new SecretsManagerClient({ ...(region && { region }) });
  const { SecretString: present = "" } = await client
    .send(new GetSecretValueCommand({ SecretId: secretId }))
    .catch((error): { SecretString?: string } => (hasNoValueYet(error) ? {} : explain("read", error)));
  return {
    isPresent: (key) => keyIn(present) === key,
    replace: async (key) => {
      const command = new PutSecretValueCommand({ SecretId: secretId, SecretString: inShapeOf(present, key) });
      await client.send(command).catch((error) => explain("written", error));
    },
  };
};

/** AWS has one error for a secret that does not exist and for one without a value; only their messages differ. */
const hasNoValueYet = ({ name, message }: Error): boolean =>
  name === "ResourceNotFoundException" && message.includes("staging label");

const explain = (what: "read" | "written", cause: Error): never => {
  throw new SetKeyError(
    `The secret could not be ${what} (${cause.name}): check --secret-id, the region, and that your credentials allow
secretsmanager:GetSecretValue and secretsmanager:PutSecretValue on it. Nothing was stored.`,
    { cause },
  );
};

const keyIn = (present: string): string | undefined => {
  try {
    return parseApiKey(present);
  } catch {
    return undefined; // the placeholder, or nothing that the function could use
  }
};

const inShapeOf = (present: string, key: string): string => {
  try {
    const fields: unknown = JSON.parse(present.trim()); // which takes a byte order mark with it, as the function does
    return typeof fields === "object" && fields !== null && !Array.isArray(fields)
      ? JSON.stringify({ ...fields, apiKey: key })
      : key;
  } catch {
    return key;
  }
};
