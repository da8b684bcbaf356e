/** Reads the stored key and replaces it (Secrets Manager); reports exactly what was stored. */
import { parseApiKey } from "../../lambda/token/api-key/value.ts";
import { credentialsAdvice } from "./credentials-advice.ts";
import {
  createSecretClient,
  errorName,
  isRefusal,
  isSilence,
  type SecretClient,
  type SecretLimits,
} from "./secret-client.ts";
import { SetKeyError, type SetKeySettings } from "./settings.ts";

/** A secret that could be read. */
export interface StoredKey {
  /** Whether the secret already holds this key. */
  isPresent(key: string): boolean;
  /** Stores the key; in JSON it replaces `apiKey` alone. Once this has returned, the secret holds the key. */
  replace(key: string): Promise<void>;
}

/**
 * Reads the secret.
 *
 * @param report called before each wait, with the step that begins.
 * @param limits @default - 10 s for each step
 * @throws SetKeyError, also from `replace`, with the name of AWS's error, and never with a value.
 */
export async function readStoredKey(
  settings: Pick<SetKeySettings, "apiKeySecretId" | "endpointOk">,
  report: (line: string) => void,
  limits?: SecretLimits,
): Promise<StoredKey> {
  const secret = createSecretClient(settings, limits);
  report("Reading the secret ...");
  const present = await secret.read().catch((error) => explain("read", error));
  return {
    isPresent: (key) => keyIn(present) === key,
    replace: async (key) => {
      report("Storing the key ...");
      try {
        await secret.write(inShapeOf(present, key));
      } catch (error) {
        if (isRefusal(error)) explain("written", error);
        report(`There was no clear answer (${errorName(error)}). Reading the secret again ...`);
        await settle({ secret, present, key, cause: error });
      }
    },
  };
}

/** Only for errors after which nothing is stored by this run; an earlier run may have stored the key. */
function explain(what: "read" | "written", cause: unknown): never {
  if (cause instanceof SetKeyError) throw cause;
  const advice = credentialsAdvice(cause, process.env) ?? (isSilence(cause) ? CHECK_NETWORK : CHECK_SETTINGS);
  throw new SetKeyError(
    `The secret could not be ${what} (${errorName(cause)}). ${advice}
This run has stored nothing.`,
    { cause },
  );
}

/** After a write with an unknown outcome: returns when the key is stored, and otherwise throws what is known. */
async function settle(write: { secret: SecretClient; present: string; key: string; cause: unknown }): Promise<void> {
  const { secret, present, key, cause } = write;
  const now = await secret.read().catch((error) => {
    throw new SetKeyError(`The secret could not be read either (${errorName(error)}). ${NOT_KNOWN}`, { cause });
  });
  if (keyIn(now) === key) return;
  throw new SetKeyError(now === present ? STILL_THE_OLD : ANOTHER, { cause });
}

function keyIn(present: string): string | undefined {
  try {
    return parseApiKey(present);
  } catch {
    return undefined; // the placeholder, or not a key
  }
}

function inShapeOf(present: string, key: string): string {
  try {
    const fields: unknown = JSON.parse(present.trim()); // trim also removes a byte order mark
    return typeof fields === "object" && fields !== null && !Array.isArray(fields)
      ? JSON.stringify({ ...fields, apiKey: key })
      : key;
  } catch {
    return key;
  }
}

const CHECK_NETWORK = `Secrets Manager did not answer.
Check the network, the region, and HTTPS_PROXY if you need a proxy; then run the command again.`;

const CHECK_SETTINGS = `Check --secret-id and the region, and that your credentials
allow secretsmanager:GetSecretValue and secretsmanager:PutSecretValue on the secret.`;

const DELETE_NEITHER = `Delete neither the old key nor the new one. Run the command again with the same key: it stores the key, or says
that the secret already holds it.`;

const NOT_KNOWN = `It is not known whether the key was stored.
${DELETE_NEITHER}`;

const STILL_THE_OLD = `The key is not stored yet: the secret still holds its earlier value. The write may still be in progress.
${DELETE_NEITHER}`;

const ANOTHER = `The secret holds neither the new key nor its earlier value: someone else has changed it.
Delete no key before you know who changed it and which key is the right one; then run the command again.`;
