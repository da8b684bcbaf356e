/** Pure: command line and CDK context -> where the key goes and who checks it, or every problem at once. */
import { parseArgs } from "node:util";
import { type FunctionEnvironment, isLocalApiHost, isMindsetHost } from "../../lambda/contract.ts";
import { ConfigInvalidError } from "../../lambda/token/errors.ts";
import { parseSettings, type Settings } from "../../lambda/token/settings.ts";
import { SetKeyError } from "./error.ts";

/** The secret (ARN or name), and the application at Mindset whose key it holds. */
export type SetKeySettings = Pick<Settings, "apiKeySecretId" | "apiOrigin" | "appUid">;

const OPTIONS = {
  "secret-id": { type: "string" },
  "api-host": { type: "string" },
  "app-uid": { type: "string" },
} as const;

/** What the function calls its settings, and what they are called here. */
const OPTION_OF: Partial<Record<keyof FunctionEnvironment, string>> = {
  MINDSET_API_KEY_SECRET_ARN: "--secret-id",
  MINDSET_API_HOST: "--api-host",
  MINDSET_APP_UID: "--app-uid",
};

/**
 * Reads `--secret-id`, `--api-host` and `--app-uid`; the last two may stand in `cdk.json` instead.
 *
 * @param deployment `context.mindset` of `cdk.json`, if there is one.
 * @throws SetKeyError for anything else on the command line, which is not repeated: it may be the key.
 */
export function parseSetKeySettings(args: string[], deployment: unknown): SetKeySettings {
  const given = parseOptions(args);
  const { apiHost, appUid, allowAnyApiHost } = Object(deployment) as Record<string, unknown>;
  const host = given["api-host"] ?? textOf(apiHost);
  const settings = readSettings({ secretId: given["secret-id"], host, appUid: given["app-uid"] ?? textOf(appUid) });
  if (host && !isMindsetHost(host) && !isLocalApiHost(host) && allowAnyApiHost !== true) {
    throw new SetKeyError(FOREIGN_HOST);
  }
  return settings;
}

function readSettings(given: { secretId?: string; host?: string; appUid?: string }): SetKeySettings {
  try {
    return parseSettings({
      MINDSET_API_KEY_SECRET_ARN: given.secretId,
      MINDSET_API_HOST: given.host,
      MINDSET_APP_UID: given.appUid,
    });
  } catch (error) {
    if (!(error instanceof ConfigInvalidError)) throw error;
    const problems = error.message.replace("Invalid settings of the function: ", "");
    throw new SetKeyError(
      problems.replace(/MINDSET_\w+/g, (name) => OPTION_OF[name as keyof FunctionEnvironment] ?? name),
    );
  }
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch {
    throw new SetKeyError(NO_ARGUMENTS);
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const FOREIGN_HOST = `The host is not one of Mindset's (*.api.mindset.ai) and would be sent the key. Give another --api-host, or set
allowAnyApiHost in cdk.json if it is right.`;

const NO_ARGUMENTS = `The command line may only hold --secret-id, --api-host and --app-uid.
The key is never an argument: shells and process lists keep those. If you have just written it there, it is no longer
secret: have Mindset make another. Run the command without it; it asks for the key.`;
