/** Edge (environment): gives each type of sign-in its authorizer, its grants, and its place on the page. */
import type { Grants } from "../../lambda/grants-data.ts";
import type { SignInSettings } from "../../lambda/sign-in-settings.ts";
import type { PageSignIn, SignInType } from "../../web/page/local-protocol.ts";
import type { ApiGatewayOptions } from "../api-gateway/server.ts";
import { CLIENT_ID, SCOPE } from "../identity-provider/oauth-client.ts";
import { GRANT_CLAIMS, toExampleGrants } from "./grants.ts";
import { createOwnAuthorizer } from "./own-authorizer.ts";

/** The cookie that better-auth sets. */
const SESSION_COOKIE = "better-auth.session_token";

/** Who verifies the caller. */
export interface SignInParts {
  type: SignInType;
  /** The issuer of access tokens, and the audience that they need. */
  issuer: string;
  audience: readonly string[];
  /** Whether the issuer is the developer's own. */
  isOwnIssuer: boolean;
  /** The session server; for `userinfo` only. */
  sessionUrl?: string;
  /** Origins of the pages that may call the API. */
  allowedOrigins: readonly string[];
  /** URLs of the developer's own pages. */
  pages: readonly string[];
}

/** What differs between the types of sign-in. */
export interface SignIn {
  authorizer: ApiGatewayOptions["authorizer"];
  /** Which authorizer the function trusts. */
  identitySource: "jwt" | "lambda";
  /** Whether browsers send cookies. */
  cookies: boolean;
  /** Rules for the local users. @default - none for the developer's own identity provider */
  grants?: Grants;
  page: PageSignIn;
}

/** Creates the authorizer; for `oidc` and `userinfo`, the one that is deployed. It changes `process.env`. */
export async function createSignIn(parts: SignInParts): Promise<SignIn> {
  const { type, isOwnIssuer } = parts;
  const cookies = type === "userinfo";
  return {
    authorizer: await createAuthorizer(parts),
    identitySource: type === "jwt" ? "jwt" : "lambda",
    cookies,
    grants: isOwnIssuer ? undefined : toExampleGrants(cookies ? "user." : ""),
    page: toPageSignIn(parts),
  };
}

async function createAuthorizer(parts: SignInParts): Promise<SignIn["authorizer"]> {
  const { type, issuer, audience } = parts;
  if (type === "jwt") return { issuer, audience };
  if (type === "lambda") return { handler: createOwnAuthorizer(parts), identityHeaders: ["authorization"] };
  // The authorizer reads its environment when it is imported.
  process.env.SIGN_IN = JSON.stringify(type === "oidc" ? toOidcSettings(parts) : toUserinfoSettings(parts));
  const { handler } = await import("../../lambda/authorizer/index.ts");
  return { handler, identityHeaders: [type === "oidc" ? "authorization" : "cookie"] };
}

function toOidcSettings({ issuer, audience }: SignInParts): SignInSettings {
  const issuers = [{ issuer, audience: [...audience] }];
  const claims = { handOn: ["sub", "name"], grantClaims: [...GRANT_CLAIMS] };
  return { type: "oidc", issuers, token: { header: "authorization" }, ...claims };
}

function toUserinfoSettings({ sessionUrl, allowedOrigins }: SignInParts): SignInSettings {
  return {
    type: "userinfo",
    url: `${sessionUrl}/api/auth/get-session`,
    forward: [`cookie:${SESSION_COOKIE}`],
    subject: "user.id",
    name: "user.name",
    allowedOrigins: [...allowedOrigins],
    grantClaims: GRANT_CLAIMS.map((claim) => `user.${claim}`),
  };
}

function toPageSignIn({ type, issuer, isOwnIssuer, sessionUrl, pages }: SignInParts): PageSignIn {
  if (sessionUrl) return { type, by: "session", sessionUrl };
  if (isOwnIssuer) return { type, by: "own page", issuer, pages };
  return { type, by: "provider", issuer, clientId: CLIENT_ID, scope: SCOPE };
}
