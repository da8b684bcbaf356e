/** Edge (environment): gives each type of sign-in its authorizer, its variables, and its place on the page. */
import { createRemoteJWKSet, jwtVerify } from "jose";
import type { SignInSettings } from "../lambda/contract.ts";
import type { PageSignIn, SignInType } from "../web/page/local-protocol.ts";
import type { ApiGatewayOptions } from "./api-gateway/server.ts";
import { CLIENT_ID, SCOPE } from "./identity-provider/oauth-client.ts";
import { SESSION_COOKIE } from "./session-server/auth.ts";

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
  pages: readonly string[];
}

/** What the service does differently for a type of sign-in. */
export interface SignIn {
  authorizer: ApiGatewayOptions["authorizer"];
  /** Whether browsers send cookies. */
  cookies: boolean;
  page: PageSignIn;
}

/** Creates the authorizer; for `oidc` and `userinfo`, the one that is deployed. It changes `process.env`. */
export async function createSignIn(parts: SignInParts): Promise<SignIn> {
  const { type, issuer, audience } = parts;
  const cookies = type === "userinfo";
  const identityHeaders = [cookies ? "cookie" : "authorization"];
  const page = toPageSignIn(parts);
  if (type === "jwt") return { authorizer: { issuer, audience }, cookies, page };
  const handler = type === "lambda" ? createOwnAuthorizer(parts) : await importAuthorizer(toSettings(parts));
  return { authorizer: { handler, identityHeaders }, cookies, page };
}

function toPageSignIn({ type, issuer, isOwnIssuer, sessionUrl, pages }: SignInParts): PageSignIn {
  if (sessionUrl) return { type, by: "session", sessionUrl };
  if (isOwnIssuer) return { type, by: "own page", issuer, pages };
  return { type, by: "provider", issuer, clientId: CLIENT_ID, scope: SCOPE };
}

/** As the stack writes them into the variable `SIGN_IN`. */
function toSettings({ type, issuer, audience, sessionUrl, pages }: SignInParts): SignInSettings {
  if (type === "oidc") {
    const issuers = [{ issuer, audience: [...audience] }];
    return { type, issuers, token: { header: "authorization" }, handOn: ["sub", "name"] };
  }
  return {
    type: "userinfo",
    url: `${sessionUrl}/api/auth/get-session`,
    forward: [`cookie:${SESSION_COOKIE}`],
    subject: "user.id",
    name: "user.name",
    allowedOrigins: [...pages],
  };
}

/** The authorizer reads its environment when it is imported. */
async function importAuthorizer(settings: SignInSettings) {
  process.env.SIGN_IN = JSON.stringify(settings);
  return (await import("../lambda/authorizer/index.ts")).handler;
}

/** An example of a company's own authorizer: any function that says who is calling. */
function createOwnAuthorizer({ issuer, audience }: SignInParts) {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  return async ({ headers }: { headers: Record<string, string> }) => {
    const [, token = ""] = headers.authorization?.split(" ") ?? [];
    const { payload } = await jwtVerify(token, keys, { issuer, audience: [...audience] }).catch(() => {
      throw new Error("Unauthorized");
    });
    return { isAuthorized: true, context: { sub: payload.sub, name: payload.name } };
  };
}
