/** Edge (network): starts the servers that sign users in, for the chosen type of sign-in. */
import type { LocalServer } from "../http/server.ts";
import { startIdentityProvider } from "../identity-provider/server.ts";
import type { SignInOptions } from "../options.ts";
import type { SessionServer, SessionServerOptions } from "../session-server/server.ts";
import { createSignIn } from "./settings.ts";

/** Options of {@link startSignIn}. */
export interface SignInServersOptions {
  signIn?: SignInOptions;
  ports: { identityProvider: number; sessionServer: number };
  /** The page of the service. */
  pageUrl: string;
  /** URLs of the developer's own pages. */
  pages: readonly string[];
  /** Called with each server as it starts. */
  keep: <S extends LocalServer>(server: S) => S;
}

/** Starts the servers, and gives them with everything that depends on the sign-in. */
export async function startSignIn({ signIn = {}, ports, pageUrl, pages, keep }: SignInServersOptions) {
  const { type = "jwt", algorithm = type === "jwt" ? "RS256" : "ES256", provider } = signIn;
  const allPages = [pageUrl, ...pages];
  const allowedOrigins = [...new Set(allPages.map((url) => new URL(url).origin))];
  const identityProvider = keep(
    await startIdentityProvider({ port: ports.identityProvider, algorithm, redirectUris: allPages }),
  );
  const session = { port: ports.sessionServer, pageUrl, pages: allowedOrigins };
  const sessionServer = type === "userinfo" ? keep(await startSessionServer(session)) : undefined;
  const parts = await createSignIn({
    type,
    issuer: provider?.issuer ?? identityProvider.issuer,
    audience: provider?.audience ?? [identityProvider.audience],
    isOwnIssuer: provider !== undefined,
    sessionUrl: sessionServer?.url,
    allowedOrigins,
    pages,
  });
  return { ...parts, identityProvider, sessionServer, allowedOrigins };
}

/** Imports better-auth only when it is needed: that takes half a second. */
async function startSessionServer(options: SessionServerOptions): Promise<SessionServer> {
  const server = await import("../session-server/server.ts");
  return server.startSessionServer(options);
}
