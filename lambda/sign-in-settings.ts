/** Types and constants (imports nothing): the settings of the authorizer function, which the stack writes. */

/** One identity provider whose JWTs the authorizer function accepts. */
export interface IssuerSettings {
  /** Exactly the tokens' `iss`, e.g. `https://login.example.com/`. */
  issuer: string;
  /** A token must name one of these in `aud` or, without `aud`, in `client_id`. */
  audience: string[];
  /** JWS algorithms that are accepted. @default every algorithm in SIGNATURE_ALGORITHMS */
  algorithms?: string[];
  /** Where the issuer publishes its keys. @default - found by OpenID Connect discovery */
  jwksUri?: string;
  /** A token must have one of these in `scope` or `scp`. @default - no scope required */
  scopes?: string[];
  /** Tells apart users of several issuers in their `externalId`: `[a-z0-9]{1,16}`. @default - none */
  alias?: string;
  /** Claims that must have one of the listed values, e.g. `{ "org_id": ["org_1"] }`. @default - none */
  requiredClaims?: Record<string, string[]>;
}

/** Settings that both kinds of sign-in have. */
interface SignInCommon {
  /** Origins of pages that may send cookies. @default - the sign-in uses no cookies */
  allowedOrigins?: string[];
  /** Claims passed as JSON text, by name or path: those that `grants` names. @default - none */
  grantClaims?: string[];
}

/** Sign-in by JWT, verified against the issuers' published keys. */
export interface OidcSignIn extends SignInCommon {
  type: "oidc";
  issuers: IssuerSettings[];
  /** Where the token is in the request. */
  token: { header: string } | { cookie: string };
  /** Claims passed to the token function as plain strings, by name or path, in addition to USERS_ONLY_CLAIMS. */
  handOn: string[];
}

/** Sign-in by the company's own URL that says who the caller is. */
export interface UserinfoSignIn extends SignInCommon {
  type: "userinfo";
  url: string;
  /** `["authorization"]`, or cookies by name such as `["cookie:session"]`, each with its numbered chunks. */
  forward: string[];
  /** Path of the caller's id in the answer, e.g. `sub` or `user.id`; passed as `sub`. */
  subject: string;
  /** Path of the friendly name; passed as `name`. @default - none */
  name?: string;
  /** Path of the email address; passed as `email`. @default - none */
  email?: string;
  /** Path of the flag that the address is verified; passed as `email_verified`. @default - none */
  emailVerified?: string;
  /** Parts of the answer that must have one of the listed values, by name or path. @default - none */
  requiredClaims?: Record<string, string[]>;
  /** Constant headers, e.g. `{ "origin": "https://app.example.com" }`. @default - none */
  headers?: Record<string, string>;
}

/** The authorizer function's settings: JSON in its variable `SIGN_IN`. */
export type SignInSettings = OidcSignIn | UserinfoSignIn;

/** The alias of an issuer, which becomes part of its users' `externalId`. */
export const ISSUER_ALIAS = /^[a-z0-9]{1,16}$/;

/** The JWS algorithms that the authorizer function can verify. All are asymmetric. */
export const SIGNATURE_ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA"] as const;

/** Claims by which the token function recognizes tokens of applications and ID tokens; every authorizer passes them. */
export const USERS_ONLY_CLAIMS = [
  "sub",
  "gty",
  "idtyp",
  "client_id",
  "azp",
  "cid",
  "appid",
  "oid",
  "scp",
  "preferred_username",
  "token_use",
  "typ",
  "at_hash",
  "c_hash",
] as const;
