/** Pure: which settings of each sign-in are parameters of a template. */
import { FUNCTION_ARN } from "../config/sign-in/schema.ts";
import { isJwt, type SignIn } from "../config/sign-in/types.ts";
import { JSON_SEPARATOR, type Parameter, type Parameters } from "./parameter.ts";
import { PATTERNS } from "./patterns.ts";

/** None for several issuers, whose number would be fixed anyway. */
export function signInParameters(signIn: SignIn): Parameters {
  if (isJwt(signIn)) return jwtParameters(["signIn"]);
  if (signIn.type === "userinfo") return { UserinfoUrl: USERINFO_URL };
  if (signIn.type === "lambda") return { AuthorizerArn: AUTHORIZER_ARN };
  const [issuer, ...others] = signIn.issuers;
  return issuer && others.length === 0 ? oidcParameters(["signIn", "issuers", 0], issuer.scopes !== undefined) : {};
}

function jwtParameters(path: PropertyKey[]): Parameters {
  return {
    Issuer: {
      ...issuerParameter(path),
      allowedPattern: PATTERNS.jwtIssuer,
      constraintDescription: `${ISSUER_CONSTRAINT}. Signatures with ES256 or EdDSA, such as Supabase's, need a template for signIn.type oidc`,
    },
    Audience: audienceParameter(path),
    Scopes: {
      ...scopesParameter(path),
      description: `${SCOPES}. Leave empty only if your access tokens have no scopes: some ID tokens are then accepted too`,
      type: "OptionalList",
      allowedPattern: PATTERNS.scopesOrEmpty,
      constraintDescription: "must be scopes, separated by single commas without spaces",
      default: "",
    },
  };
}

/** The authorizer function reads the lists from one variable. */
function oidcParameters(path: PropertyKey[], hasScopes: boolean): Parameters {
  return {
    Issuer: issuerParameter(path),
    Audience: { ...audienceParameter(path), separator: JSON_SEPARATOR },
    ...(hasScopes && { Scopes: { ...scopesParameter(path), separator: JSON_SEPARATOR } }),
  };
}

const ISSUER_CONSTRAINT =
  "must be the https URL in your tokens' iss, unchanged, also the slash at its end. " +
  "The usual providers' forms are checked (Microsoft Entra ID needs the id of one tenant)";

function issuerParameter(path: PropertyKey[]): Parameter {
  return {
    path: [...path, "issuer"],
    description: 'The exact "iss" of your callers\' JWTs, such as https://login.example.com/',
    allowedPattern: PATTERNS.oidcIssuer,
    constraintDescription: ISSUER_CONSTRAINT,
  };
}

function audienceParameter(path: PropertyKey[]): Parameter {
  return {
    path: [...path, "audience"],
    type: "CommaDelimitedList",
    description:
      'The "aud" (or "client_id") of your callers\' JWTs, used by your application only; several are separated by commas',
    allowedPattern: PATTERNS.audience,
    constraintDescription:
      'must be audiences of your own, separated by commas: no "*", no quotes, and none that a provider puts into tokens for other applications too',
  };
}

const SCOPES = "Scopes of which a JWT must contain one, separated by commas";

function scopesParameter(path: PropertyKey[]): Parameter {
  return {
    path: [...path, "scopes"],
    type: "CommaDelimitedList",
    description: SCOPES,
    allowedPattern: PATTERNS.scope,
    constraintDescription: "must be scopes, separated by commas",
  };
}

const USERINFO_URL: Parameter = {
  path: ["signIn", "url"],
  description: "The https URL of your application that says who the caller is",
  allowedPattern: PATTERNS.userinfoUrl,
  constraintDescription:
    "must be an https URL whose host is in lower case, of a server where all applications are yours, without #, user name or *",
};

const AUTHORIZER_ARN: Parameter = {
  path: ["signIn", "authorizerArn"],
  description: "The ARN of your Lambda authorizer, in the account and region of the stack",
  allowedPattern: FUNCTION_ARN.source,
  constraintDescription: "must be the ARN of a Lambda function",
};
