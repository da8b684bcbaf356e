/** Edge (Secrets Manager): the secret's present value, and a new key in its place. */
import { parseApiKey } from "../../lambda/token/api-key/value.ts";
import { SetKeyError } from "./error.ts";
import { createSecretClient, isRefusal, isSilence, nameOf, type SecretClient } from "./secret-client.ts";

/** A secret that could be read, and so is the right one. */
export interface StoredKey {
  /** Tells whether the secret holds this very key already. */
  isPresent(key: string): boolean;
  /**
   * Puts the key in place of the present one; where that stands in JSON, as `apiKey`, the new one will too.
   * When it ends without an error, the secret holds the key.
   */
  replace(key: string): Promise<void>;
}

/**
 * Reads the secret, in its own region or that of the environment or profile.
 *
 * @param secretId ARN or name.
 * @param tell told what is being done before every wait.
 * @throws SetKeyError, also from `replace`, naming AWS's error; never with a value in it.
 */
export async function readStoredKey(secretId: string, tell: (line: string) => void): Promise<StoredKey> {
  const secret = createSecretClient(secretId);
  tell("Reading the secret ...");
  const present = await secret.read().catch((error) => explain("read", error));
  return {
    isPresent: (key) => keyIn(present) === key,
    replace: async (key) => {
      tell("Storing the key ...");
      try {
        await secret.write(inShapeOf(present, key));
      } catch (error) {
        if (isRefusal(error)) explain("written", error);
        tell(`There was no clear answer (${nameOf(error)}). Reading the secret again ...`);
        await settle({ secret, present, key, cause: error });
      }
    },
  };
}

/** Only for what certainly stored nothing. It says so of this run alone: one before it may have stored the key. */
function explain(what: "read" | "written", cause: unknown): never {
  throw new SetKeyError(
    `The secret could not be ${what} (${nameOf(cause)}): ${isSilence(cause) ? CHECK_NETWORK : CHECK_SETTINGS}
This run has stored nothing.`,
    { cause },
  );
}

/** After a write that may have been done or not: ends when it was done, and otherwise tells what is known. */
async function settle(write: { secret: SecretClient; present: string; key: string; cause: unknown }): Promise<void> {
  const { secret, present, key, cause } = write;
  const now = await secret.read().catch((error) => {
    throw new SetKeyError(`The secret could not be read either (${nameOf(error)}). ${NOT_KNOWN}`, { cause });
  });
  if (keyIn(now) === key) return;
  throw new SetKeyError(now === present ? STILL_THE_OLD : ANOTHER, { cause });
}

function keyIn(present: string): string | undefined {
  try {
    return parseApiKey(present);
  } catch {
    return undefined; // the placeholder, or nothing that the function could use
  }
}

function inShapeOf(present: string, key: string): string {
  try {
    const fields: unknown = JSON.parse(present.trim()); // which takes a byte order mark with it, as the function does
    return typeof fields === "object" && fields !== null && !Array.isArray(fields)
      ? JSON.stringify({ ...fields, apiKey: key })
      : key;
  } catch {
    return key;
  }
}

const CHECK_NETWORK = `Secrets Manager did not answer.
Check the network, a proxy if there is one, and the region; then run the command again.`;

const CHECK_SETTINGS = `check --secret-id, the region, and that your credentials allow
secretsmanager:GetSecretValue and secretsmanager:PutSecretValue on it.`;

const REVOKE_NEITHER = `Revoke neither the old key nor the new one. Run the command again with the same key: it stores the key, or answers
that the secret holds it already.`;

const NOT_KNOWN = `It is not known whether the key was stored.
${REVOKE_NEITHER}`;

const STILL_THE_OLD = `The key was not stored so far: the secret still holds what it held before. The write may only be late, though.
${REVOKE_NEITHER}`;

const ANOTHER = `The secret holds neither the new key nor what it held before: somebody else has changed it meanwhile.
Revoke no key before you know who has, and which key it is to be; then run the command again.`;
