/** Pure: which settings are parameters of a template, and what CloudFormation accepts as their values. */
import type { DeploymentConfig } from "../config/deployment-config.ts";
import { MAX_RATE, SECRET_ARN, TOPIC_ARN } from "../config/schema.ts";
import { FUNCTION_ARN } from "../config/sign-in/schema.ts";
import { isJwt, usesCookies } from "../config/sign-in/types.ts";
import { orEmpty, PATTERNS } from "./patterns.ts";

/** A parameter of the template in place of a setting. */
export interface Parameter {
  /** The path of the setting, e.g. `["signIn", "issuer"]`. */
  path: PropertyKey[];
  description: string;
  /** Completes the sentence "Parameter NAME ...". */
  constraintDescription: string;
  /** @default "String" */
  type?: "CommaDelimitedList" | "Number";
  /** For a list, the rule of each item. @default - any number from 1 to MAX_RATE */
  allowedPattern?: string;
  /** The value without the setting. @default - the deployment must give one */
  default?: string | number | string[];
}

/** The parameters by name. Settings that decide which resources there are cannot be parameters. */
export function parametersOf(config: DeploymentConfig): Record<string, Parameter> {
  return { ...mindsetParameters(config), ...signInParameters(config), ...otherParameters(config) };
}

function mindsetParameters({ allowAnyApiHost }: DeploymentConfig): Record<string, Parameter> {
  return {
    ApiHost: {
      path: ["apiHost"],
      description: "Host of your Mindset API, such as a.api.mindset.ai. The API key is sent to it",
      allowedPattern: allowAnyApiHost ? PATTERNS.anyApiHost : PATTERNS.apiHost,
      constraintDescription: allowAnyApiHost
        ? "must be a host in lower case, without https://"
        : "must be one of Mindset's hosts (*.api.mindset.ai), without https://",
    },
    AppUid: {
      path: ["appUid"],
      description: "The uid of your Mindset application",
      allowedPattern: PATTERNS.appUid,
      constraintDescription: "must be the uid of your application: letters, digits, _ and -, at most 128",
    },
  };
}

function signInParameters({ signIn }: DeploymentConfig): Record<string, Parameter> {
  if (isJwt(signIn)) return issuerParameters(["signIn"], PATTERNS.jwtIssuer, true);
  if (signIn.type === "oidc") {
    const [issuer, ...others] = signIn.issuers;
    return others.length > 0
      ? {}
      : issuerParameters(["signIn", "issuers", 0], PATTERNS.oidcIssuer, issuer?.scopes !== undefined);
  }
  return signIn.type === "userinfo" ? { UserinfoUrl: USERINFO_URL } : { AuthorizerArn: AUTHORIZER_ARN };
}

function issuerParameters(path: PropertyKey[], issuerPattern: string, hasScopes: boolean): Record<string, Parameter> {
  return {
    Issuer: {
      path: [...path, "issuer"],
      description: 'The exact "iss" of your callers\' JWTs, such as https://login.example.com/',
      allowedPattern: issuerPattern,
      constraintDescription: ISSUER,
    },
    Audience: {
      path: [...path, "audience"],
      type: "CommaDelimitedList",
      description: 'The "aud" (or "client_id") of your callers\' JWTs, which no other application may have',
      allowedPattern: PATTERNS.audience,
      constraintDescription:
        'must be audiences of your own, separated by commas: no "*", no quotes, and none that a provider puts into tokens for other applications too',
    },
    ...(hasScopes && { Scopes: scopesParameter(path) }),
  };
}

const ISSUER =
  "must be an https URL exactly as your provider writes it: the usual providers' forms are checked (Microsoft Entra ID needs the id of one tenant). " +
  "Signatures with ES256 or EdDSA, such as Supabase's, need a template for signIn.type oidc";

function scopesParameter(path: PropertyKey[]): Parameter {
  const isOptional = path.length === 1;
  return {
    path: [...path, "scopes"],
    type: "CommaDelimitedList",
    description: `Scopes of which a JWT must contain one${isOptional ? "; without any, some ID tokens count as access tokens" : ""}`,
    allowedPattern: isOptional ? orEmpty(PATTERNS.scope) : PATTERNS.scope,
    constraintDescription: "must be scopes, separated by commas",
    default: isOptional ? "" : undefined,
  };
}

const USERINFO_URL: Parameter = {
  path: ["signIn", "url"],
  description: "The https URL of your application that says who the caller is",
  allowedPattern: PATTERNS.userinfoUrl,
  constraintDescription:
    "must be an https URL in lower case, of a server where all applications are yours, without fragment, user or *",
};

const AUTHORIZER_ARN: Parameter = {
  path: ["signIn", "authorizerArn"],
  description: "The ARN of your Lambda authorizer, in the account and region of the stack",
  allowedPattern: FUNCTION_ARN.source,
  constraintDescription: "must be the ARN of a Lambda function",
};

function otherParameters({ signIn, apiKeySecretArn }: DeploymentConfig): Record<string, Parameter> {
  const needsOrigins = usesCookies(signIn);
  return {
    AllowedOrigins: {
      path: ["allowedOrigins"],
      type: "CommaDelimitedList",
      description:
        "Origins of the pages that may call the endpoint, such as https://app.example.com; none are needed on its own origin",
      allowedPattern: needsOrigins ? PATTERNS.origin : orEmpty(PATTERNS.origin),
      constraintDescription:
        "must be origins, separated by commas: https:// (or http://localhost:PORT), no path and no slash at the end, no *",
      default: needsOrigins ? undefined : "",
    },
    RateLimit: {
      path: ["throttle", "rateLimit"],
      type: "Number",
      description: "Requests per second, shared by all callers",
      constraintDescription: RATE,
      default: 50,
    },
    BurstLimit: {
      path: ["throttle", "burstLimit"],
      type: "Number",
      description: "Requests at the same moment, shared by all callers: a whole number",
      constraintDescription: RATE,
      default: 100,
    },
    AlarmTopicArn: {
      path: ["alarmTopicArn"],
      description: "SNS topic that the alarms notify",
      allowedPattern: orEmpty(TOPIC_ARN.source),
      constraintDescription: "must be the ARN of an SNS topic",
      default: "",
    },
    ...(apiKeySecretArn && { ExistingSecretArn: EXISTING_SECRET_ARN }),
  };
}

const RATE = `must be a number from 1 to ${MAX_RATE}`;

const EXISTING_SECRET_ARN: Parameter = {
  path: ["apiKeySecretArn"],
  description: "The complete ARN of the secret that holds the Mindset API key",
  allowedPattern: SECRET_ARN.source,
  constraintDescription: "must be the complete ARN of a secret, with the six characters at its end",
};
