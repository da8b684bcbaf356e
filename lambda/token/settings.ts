/** Pure: environment -> Settings, or every problem at once. */
import { ENVIRONMENT_DEFAULTS, type FunctionEnvironment } from "../contract.ts";
import { ConfigInvalidError } from "./errors.ts";

/** Where Mindset's API answers; `hostname` without brackets, e.g. `a.api.mindset.ai` or `::1`. */
export interface ApiOrigin {
  protocol: "https:" | "http:";
  hostname: string;
  port: number;
}

/** How a verified caller becomes a Mindset user. */
export interface IdentitySettings {
  /** Name of the claim that identifies the caller, e.g. `sub`. */
  claim: string;
  /** The field of Mindset's request that carries the identity. */
  field: "externalId" | "userEmail";
  /** `auto` maps every id, `strict` refuses those that Mindset would not take as they are. */
  mapping: "auto" | "strict";
  /** Name of the claim with the friendly name, e.g. `name`. */
  nameClaim: string;
}

/** Everything the function is told by its environment. */
export interface Settings {
  apiOrigin: ApiOrigin;
  appUid: string;
  /** ARN or name. */
  apiKeySecretId: string;
  identity: IdentitySettings;
}

type Environment = Record<string, string | undefined>;

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const PORT = "[1-9]\\d{0,4}";
const API_HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*(?::${PORT})?$`, "i");
const STAND_IN_HOST = new RegExp(`^http://(?:localhost|127\\.0\\.0\\.1|\\[::1\\]|host\\.docker\\.internal):${PORT}$`);
const CLAIM_NAME = /^[\x21-\x7e]{1,256}$/;

const RULES: Record<keyof FunctionEnvironment, { accepts(value: string): boolean; expected: string }> = {
  MINDSET_API_HOST: {
    accepts: (value) => (API_HOST.test(value) || STAND_IN_HOST.test(value)) && toApiOrigin(value).port <= 65_535,
    expected: 'Mindset\'s API host alone, such as "a.api.mindset.ai"',
  },
  MINDSET_APP_UID: {
    accepts: (value) => /^[A-Za-z0-9_-]{1,128}$/.test(value),
    expected: "the Mindset application's uid (letters, digits, _ and -, at most 128)",
  },
  MINDSET_API_KEY_SECRET_ARN: {
    accepts: (value) => /^[A-Za-z0-9/_+=.@:!-]{1,2048}$/.test(value),
    expected: "the ARN or name of the secret that holds the Mindset API key",
  },
  IDENTITY_SOURCE: {
    accepts: (value) => value === "jwt",
    expected: '"jwt" ("iam" and "lambda" are not supported yet)',
  },
  IDENTITY_CLAIM: {
    accepts: (value) => CLAIM_NAME.test(value),
    expected: 'the name of the claim that identifies the caller, such as "sub"',
  },
  IDENTITY_FIELD: {
    accepts: (value) => value === "externalId" || value === "userEmail",
    expected: '"externalId" or "userEmail"',
  },
  IDENTITY_MAPPING: {
    accepts: (value) => value === "auto" || value === "strict",
    expected: '"auto" or "strict"',
  },
  NAME_CLAIM: {
    accepts: (value) => CLAIM_NAME.test(value),
    expected: 'the name of the claim that holds the friendly name, such as "name"',
  },
};

const NOT_YET_SUPPORTED = ["ACCOUNT_UIDS", "ACCOUNT_UID_MAP", "EXTERNAL_TENANT_ID_MAP"];

/**
 * Reads the function's settings. No value appears in a message: somebody may have pasted the key into the wrong one.
 *
 * @param environment e.g. `process.env`; an empty value counts as absent.
 * @throws ConfigInvalidError whose message lists every problem and how to mend it.
 */
export function parseSettings(environment: Environment): Settings {
  const given: Environment = { ...ENVIRONMENT_DEFAULTS, ...withoutEmpty(environment) };
  const problems = [...problemsOf(given), ...NOT_YET_SUPPORTED.filter((name) => given[name]).map(notYetSupported)];
  if (problems.length > 0) throw new ConfigInvalidError(`The function's settings: ${problems.join("; ")}.`);
  return toSettings(given as Environment & FunctionEnvironment);
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
}

function problemsOf(given: Environment): string[] {
  return Object.entries(RULES)
    .filter(([name, { accepts }]) => !(given[name] && accepts(given[name])))
    .map(([name, { expected }]) => `${name} is ${given[name] ? "malformed" : "missing"}, set it to ${expected}`);
}

function notYetSupported(name: string): string {
  return `${name} is not supported yet, remove it`;
}

function toSettings(given: FunctionEnvironment): Settings {
  return {
    apiOrigin: toApiOrigin(given.MINDSET_API_HOST),
    appUid: given.MINDSET_APP_UID,
    apiKeySecretId: given.MINDSET_API_KEY_SECRET_ARN,
    identity: {
      claim: given.IDENTITY_CLAIM,
      field: given.IDENTITY_FIELD as IdentitySettings["field"],
      mapping: given.IDENTITY_MAPPING as IdentitySettings["mapping"],
      nameClaim: given.NAME_CLAIM,
    },
  };
}

function toApiOrigin(apiHost: string): ApiOrigin {
  const protocol = apiHost.startsWith("http://") ? "http:" : "https:";
  const [, hostname = "", port] = /^(.*?)(?::(\d+))?$/.exec(apiHost.replace("http://", "")) ?? [];
  return { protocol, hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port ?? 443) };
}
