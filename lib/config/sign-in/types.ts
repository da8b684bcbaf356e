/** Types: who verifies the callers, `signIn` in the settings. docs/sign-in.md says which type fits which sign-in. */

import type { IssuerSettings, UserinfoSignIn as UserinfoSettings } from "../../../lambda/sign-in-settings.ts";

/** One type is configured. */
export type SignIn = JwtSignIn | OidcSignIn | UserinfoSignIn | LambdaSignIn;

/** API Gateway's own JWT authorizer: bearer JWTs of one issuer, signed with RS256, RS384 or RS512. */
export interface JwtSignIn {
  /** @default "jwt" */
  readonly type?: "jwt";

  /** The exact `iss` of the callers' JWTs, with or without a trailing slash. */
  readonly issuer: string;

  /** A JWT must name one of these in its `aud` or, without `aud`, in its `client_id`. */
  readonly audience: string[];

  /**
   * A JWT must contain at least one of these scopes.
   *
   * @default - no scope required
   */
  readonly scopes?: string[];
}

/** Our authorizer function verifies JWTs: also ES256 and EdDSA, several issuers, JWTs in a cookie, required claims. */
export interface OidcSignIn {
  readonly type: "oidc";

  /** With several issuers, all but one need an `alias`, which must never change once it is used. */
  readonly issuers: IssuerSettings[];

  /**
   * Where the JWT is.
   *
   * @default { header: "authorization" }
   */
  readonly token?: { readonly header: "authorization" } | { readonly cookie: string };
}

/** Our authorizer function asks your own URL who the caller is: cookie sessions, opaque tokens, encrypted JWTs. */
export interface UserinfoSignIn extends Omit<UserinfoSettings, "allowedOrigins" | "grantClaims"> {
  /**
   * Accepts access tokens that another application got from the same user, because a UserInfo endpoint answers for all
   * of them. Needed for `forward: ["authorization"]`.
   *
   * @default false
   */
  readonly allowTokensOfOtherClients?: boolean;
}

/** Your own Lambda authorizer. */
export interface LambdaSignIn {
  readonly type: "lambda";

  /** ARN of a Lambda function in the same account and region, which answers with payload 2.0 and simple responses. */
  readonly authorizerArn: string;

  /**
   * Whether it reads cookies. Then `allowedOrigins` is required, and the token function rejects other origins.
   *
   * @default false
   */
  readonly cookies?: boolean;
}

/** Whether API Gateway's own JWT authorizer verifies the callers. */
export function isJwt(signIn: SignIn): signIn is JwtSignIn {
  return signIn.type === undefined || signIn.type === "jwt";
}

/** Whether the browser sends the caller's credentials by itself, which calls for protection against other sites. */
export function usesCookies(signIn: SignIn): boolean {
  if (signIn.type === "oidc") return signIn.token !== undefined && "cookie" in signIn.token;
  if (signIn.type === "userinfo") return signIn.forward.some((part) => part.startsWith("cookie:"));
  return signIn.type === "lambda" && signIn.cookies === true;
}
