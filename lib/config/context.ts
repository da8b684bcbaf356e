/** Pure: CDK context -> the settings that it contains, for `parseDeploymentConfig`. */

import { DeploymentConfigError } from "./parse.ts";
import { deploymentSchema } from "./schema.ts";
import { schemaAt } from "./schema-at.ts";

type Settings = Record<string, unknown>;

const PREFIX = "mindset.";

/** The name becomes part of the stack's. */
const ENVIRONMENT_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

/**
 * Merges `cdk.json` with the command line, which takes precedence: `-c mindset.apiHost=...`,
 * `-c mindset.signIn.audience=a,b`, `-c mindset.throttle.rateLimit=20`. Values of the command line are text; lists,
 * numbers and the like are parsed. Unreadable values and unknown settings are passed on, for the parser to report.
 * A setting of the environment that `-c env=NAME` picks replaces the common one as a whole.
 *
 * @param context the whole context of an app, e.g. `app.node.getAllContext()`.
 * @throws DeploymentConfigError when `env` is missing or names no environment.
 */
export function settingsFromContext(context: Settings): unknown {
  const fromFile = ofEnvironment(fromJson(context.mindset ?? {}), context.env);
  const overrides = Object.entries(context).filter(([key]) => key.startsWith(PREFIX));
  return isObject(fromFile) ? overrides.reduce(override, fromFile) : fromFile;
}

/** The id and name of the stack, e.g. `MindsetTokenEndpoint-prod` with `-c env=prod`. */
export function stackNameOf({ env }: Settings): string {
  return env ? `MindsetTokenEndpoint-${env}` : "MindsetTokenEndpoint";
}

function ofEnvironment(settings: unknown, env: unknown): unknown {
  if (!isObject(settings)) return settings;
  const { environments, ...common } = settings;
  if (environments === undefined && env === undefined) return settings;
  const named = isObject(environments) ? environments : {};
  const chosen = typeof env === "string" && ENVIRONMENT_NAME.test(env) && Object.hasOwn(named, env) && named[env];
  if (isObject(chosen)) return { ...common, ...chosen };
  throw environmentError(Object.keys(named), env);
}

function environmentError(names: string[], env: unknown): DeploymentConfigError {
  if (names.length === 0) {
    const problem = "environments is empty or missing. Write sets of settings by name, or leave env out.";
    return new DeploymentConfigError([problem], ENVIRONMENTS_EXAMPLE);
  }
  const problem = env === undefined ? "env is missing" : "env is not an environment with settings";
  const options = names.map((name) => `-c env=${name}`).join(" or ");
  const advice = `Write ${options}; with npm run doctor and npm run set-key, --env NAME.`;
  return new DeploymentConfigError([`${problem}. ${advice}`], "docs/settings.md#environments says what they are.");
}

const ENVIRONMENTS_EXAMPLE = `Write them into cdk.json, for example:

  "context": {
    "mindset": {
      "apiHost": "a.api.mindset.ai",
      "environments": {
        "dev": { "appUid": "your-app-uid-dev" },
        "prod": { "appUid": "your-app-uid" }
      }
    }
  }

A setting of the environment replaces the common one (docs/settings.md#environments).`;

function override(settings: Settings, [key, value]: [string, unknown]): Settings {
  const name = key.slice(PREFIX.length);
  const path = name.split(".");
  const parent = schemaAt(deploymentSchema, path.slice(0, -1)).type;
  return ["object", "union", "record"].includes(parent ?? "")
    ? withValue(settings, path, fromCommandLine(path, value))
    : { ...settings, [name]: value };
}

function withValue(settings: Settings, [key = "", ...rest]: string[], value: unknown): Settings {
  if (rest.length === 0) return { ...settings, [key]: value };
  const inner = Object.hasOwn(settings, key) ? settings[key] : undefined;
  return { ...settings, [key]: withValue(isObject(inner) ? inner : {}, rest, value) };
}

function fromCommandLine(path: string[], value: unknown): unknown {
  const { type = "string" } = schemaAt(deploymentSchema, path);
  if (["string", "enum", "literal"].includes(type) || typeof value !== "string") return value;
  return type === "array" ? toList(value) : fromJson(value);
}

/** `a,b` and `["a","b"]` are the same list; an empty text is an empty list. */
function toList(text: string): unknown {
  if (text.startsWith("[")) return fromJson(text);
  return text === "" ? [] : text.split(",").map((item) => item.trim());
}

function fromJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isObject(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
