/** Pure: command line, environment and settings of the deployment -> which secret gets the key and which host checks it. */
import { parseArgs } from "node:util";
import { type FunctionEnvironment, isLocalApiHost, isMindsetHost } from "../../lambda/contract.ts";
import { ConfigInvalidError } from "../../lambda/token/errors.ts";
import { parseSettings, type Settings } from "../../lambda/token/settings.ts";

/** A problem that the operator can fix. The message says what is wrong, what to do and what was stored, never a key. */
export class SetKeyError extends Error {
  override readonly name = "SetKeyError";
}

/** The secret (ARN or name), and the Mindset application that the key is for. */
export interface SetKeySettings extends Pick<Settings, "apiKeySecretId" | "apiOrigin" | "appUid"> {
  /** Whether Secrets Manager may be an endpoint that is not AWS's. */
  endpointOk: boolean;
}

/** What `--help` prints. */
export const USAGE = `Usage: npm run set-key -- --secret-id ARN [options]

Asks for a Mindset API key (or reads it from a pipe), checks it with Mindset, and stores it in the secret.

  --secret-id ARN    the secret: the output ApiKeySecretArn of your stack, or a secret's name
  --api-host HOST    Mindset's API host, such as a.api.mindset.ai (default: apiHost in cdk.json)
  --app-uid UID      your Mindset application's uid (default: appUid in cdk.json)
  --env NAME         the environment in cdk.json whose apiHost and appUid are used
  --endpoint-ok      allow a Secrets Manager endpoint that is not AWS's (AWS_ENDPOINT_URL)
  --help             print this

In PowerShell, quote the two dashes: npm run set-key '--' --secret-id ARN`;

const OPTIONS = {
  "secret-id": { type: "string" },
  "api-host": { type: "string" },
  "app-uid": { type: "string" },
  env: { type: "string" },
  "endpoint-ok": { type: "boolean", default: false },
} as const;

/** The options of the command line. */
export type SetKeyOptions = { [name in keyof typeof OPTIONS]?: string } & { "endpoint-ok": boolean };

/** The options by the names that the function has for the same settings. */
const OPTION_OF: Partial<Record<keyof FunctionEnvironment, string>> = {
  MINDSET_API_KEY_SECRET_ARN: "--secret-id",
  MINDSET_API_HOST: "--api-host",
  MINDSET_APP_UID: "--app-uid",
};

/**
 * Combines the options with the settings of the deployment, whose host and application are the defaults.
 *
 * @param deployment `context.mindset` of `cdk.json`, if there is one.
 * @throws SetKeyError with everything that is missing or wrong.
 */
export function toSetKeySettings(options: SetKeyOptions, deployment: unknown): SetKeySettings {
  const { apiHost, appUid, allowAnyApiHost } = Object(deployment) as Record<string, unknown>;
  const host = options["api-host"] ?? textOf(apiHost);
  const settings = readSettings({
    MINDSET_API_KEY_SECRET_ARN: options["secret-id"],
    MINDSET_API_HOST: host,
    MINDSET_APP_UID: options["app-uid"] ?? textOf(appUid),
  });
  if (host && !isMindsetHost(host) && !isLocalApiHost(host) && allowAnyApiHost !== true) {
    throw new SetKeyError(FOREIGN_HOST);
  }
  return { ...settings, endpointOk: options["endpoint-ok"] };
}

function readSettings(given: Partial<FunctionEnvironment>): Settings {
  try {
    return parseSettings(given);
  } catch (error) {
    if (!(error instanceof ConfigInvalidError)) throw error;
    const problems = error.message
      .replace("Invalid settings of the function: ", "")
      .replace(/MINDSET_\w+/g, (name) => OPTION_OF[name as keyof FunctionEnvironment] ?? name);
    throw new SetKeyError(`${problems}\n\n${USAGE}`);
  }
}

/**
 * Reads the options.
 *
 * @param args e.g. `["--secret-id", "arn:aws:secretsmanager:..."]`.
 * @param environment e.g. `process.env`.
 * @throws SetKeyError which does not repeat an argument that may be the key.
 */
export function parseSetKeyOptions(args: string[], environment: Record<string, string | undefined>): SetKeyOptions {
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === "0") throw new SetKeyError(UNVERIFIED_TLS);
  const { values, tokens, positionals } = parseArgs({
    args,
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = tokens.filter((token) => token.kind === "option");
  const unknown = given.find(({ name }) => !Object.hasOwn(OPTIONS, name));
  if (unknown) throw new SetKeyError(unknownOption(unknown, positionals.length > 0));
  if (positionals.length > 0) {
    const values = Object.keys(OPTIONS).map((name) => environment[`npm_config_${name.replaceAll("-", "_")}`]);
    throw new SetKeyError(positionals.every((text) => values.includes(text)) ? DASHES_LOST : KEY_AS_ARGUMENT);
  }
  const withoutValue = given.find(({ name, value }) => name !== "endpoint-ok" && !value);
  if (withoutValue) throw new SetKeyError(`--${withoutValue.name} needs a value.\n\n${USAGE}`);
  return values as SetKeyOptions;
}

/** Names the option, unless what looks like one may be the key. */
function unknownOption({ rawName, value }: { rawName: string; value?: string }, hasPositionals: boolean): string {
  const isName = /^--[a-z][a-z-]{0,23}$/.test(rawName);
  const problem = isName ? `There is no option ${rawName}.` : "There is no such option.";
  return value !== undefined || hasPositionals || !isName ? `${problem}\n${KEY_AS_ARGUMENT}` : `${problem}\n\n${USAGE}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const UNVERIFIED_TLS = `NODE_TLS_REJECT_UNAUTHORIZED=0 is set: the key could be sent to an impostor. Nothing was stored.
Unset it. If your network has its own certificate authority, set NODE_EXTRA_CA_CERTS to its certificate instead.`;

const FOREIGN_HOST = `The host is not one of Mindset's (*.api.mindset.ai), and the key would be sent to it. Use another --api-host, or
set allowAnyApiHost in cdk.json if it is right (with environments, add --env NAME).`;

const KEY_AS_ARGUMENT = `Do not write the key on the command line: shells and process lists keep it. If you have just done so, it is no
longer secret: delete that key at Mindset and create another. Run the command without it; it asks for the key.`;

const DASHES_LOST = `npm consumed the options, because PowerShell removed the two dashes before them.
Quote them: npm run set-key '--' --secret-id ARN`;
