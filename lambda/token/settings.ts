/** Pure: environment -> Settings, or a list of every problem. */
import {
  apiHostProblem,
  ENVIRONMENT_DEFAULTS,
  type FunctionEnvironment,
  isForbiddenIdentityClaim,
  isMutableIdentityClaim,
} from "../contract.ts";
import { ConfigInvalidError } from "./errors.ts";

/** Where Mindset's API answers; `hostname` has no brackets, e.g. `a.api.mindset.ai` or `::1`. */
export interface ApiOrigin {
  protocol: "https:" | "http:";
  hostname: string;
  port: number;
}

/** How a verified caller becomes a Mindset user. */
export interface IdentitySettings {
  /** Who verified the caller: API Gateway's JWT authorizer, or a Lambda authorizer. */
  source: "jwt" | "lambda";
  /** Name of the claim that identifies the caller, e.g. `sub`. */
  claim: string;
  /** The field of Mindset's request that contains the identity. */
  field: "externalId" | "userEmail";
  /** `auto` maps every id, `strict` rejects ids that Mindset does not accept unchanged. */
  mapping: "auto" | "strict";
  /** Name of the claim with the friendly name, e.g. `name`. */
  nameClaim: string;
  /** Whether an ID token is accepted in place of an access token. */
  acceptIdTokens: boolean;
}

/** Everything the function reads from its environment. */
export interface Settings {
  apiOrigin: ApiOrigin;
  appUid: string;
  /** ARN or name. */
  apiKeySecretId: string;
  identity: IdentitySettings;
  /** Origins whose pages may send cookies. @default - this function does not check the origin */
  cookieOrigins: string[] | undefined;
}

type Environment = Partial<FunctionEnvironment>;

interface Rule {
  accepts(value: string, environment: Environment): boolean;
  /** Completes "set it to ...". */
  expected: string;
  optional?: true;
}

const FLAG: Rule = { accepts: (value) => value === "true", expected: '"true", or remove it', optional: true };

const RULES: Record<keyof FunctionEnvironment, Rule> = {
  MINDSET_API_HOST: {
    accepts: (value) => apiHostProblem(value) === undefined,
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
    accepts: (value) => value === "jwt" || value === "lambda",
    expected: '"jwt" or "lambda"',
  },
  IDENTITY_CLAIM: {
    accepts: (value, { ALLOW_MUTABLE_IDENTITY_CLAIM }) =>
      isClaimName(value) &&
      !isForbiddenIdentityClaim(value) &&
      (ALLOW_MUTABLE_IDENTITY_CLAIM === "true" || !isMutableIdentityClaim(value)),
    expected:
      'a claim that identifies one user permanently, such as "sub" (many users share a claim such as "aud"; ' +
      'one that users can change, such as "email", needs ALLOW_MUTABLE_IDENTITY_CLAIM)',
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
    accepts: isClaimName,
    expected: 'the name of the claim that holds the friendly name, such as "name"',
  },
  ALLOW_MUTABLE_IDENTITY_CLAIM: FLAG,
  ACCEPT_ID_TOKENS: FLAG,
  COOKIE_ORIGINS: {
    accepts: (value) => value.split(",").every((origin) => /^https?:\/\/[a-z0-9.:[\]-]+$/.test(origin)),
    expected: 'origins separated by commas, such as "https://app.example.com,https://www.example.com"',
    optional: true,
  },
};

/**
 * Reads the function's settings.
 *
 * @param environment e.g. `process.env`; an empty value counts as absent.
 * @throws ConfigInvalidError whose message lists every problem. It repeats no value: one may be a key in the wrong place.
 */
export function parseSettings(environment: Record<string, string | undefined>): Settings {
  const given: Environment = { ...ENVIRONMENT_DEFAULTS, ...withoutEmpty(environment) };
  const problems = problemsOf(given);
  if (problems.length > 0) throw new ConfigInvalidError(`Invalid settings of the function: ${problems.join("; ")}.`);
  return toSettings(given as FunctionEnvironment);
}

function withoutEmpty(environment: Record<string, string | undefined>): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
}

function problemsOf(given: Environment): string[] {
  return Object.entries(RULES).flatMap(([name, { accepts, expected, optional }]) => {
    const value = given[name as keyof Environment];
    if (value === undefined ? optional : accepts(value, given)) return [];
    return [`${name} is ${value === undefined ? "missing" : "invalid"}, set it to ${expected}`];
  });
}

function isClaimName(value: string): boolean {
  return /^[\x21-\x7e]{1,256}$/.test(value);
}

function toSettings(given: FunctionEnvironment): Settings {
  return {
    apiOrigin: toApiOrigin(given.MINDSET_API_HOST),
    appUid: given.MINDSET_APP_UID,
    apiKeySecretId: given.MINDSET_API_KEY_SECRET_ARN,
    identity: {
      source: given.IDENTITY_SOURCE as IdentitySettings["source"],
      claim: given.IDENTITY_CLAIM,
      field: given.IDENTITY_FIELD as IdentitySettings["field"],
      mapping: given.IDENTITY_MAPPING as IdentitySettings["mapping"],
      nameClaim: given.NAME_CLAIM,
      acceptIdTokens: given.ACCEPT_ID_TOKENS === "true",
    },
    cookieOrigins: given.COOKIE_ORIGINS?.split(","),
  };
}

function toApiOrigin(apiHost: string): ApiOrigin {
  const protocol = apiHost.startsWith("http://") ? "http:" : "https:";
  const [, hostname = "", port] = /^(.*?)(?::(\d+))?$/.exec(apiHost.replace("http://", "")) ?? [];
  return { protocol, hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port ?? 443) };
}
