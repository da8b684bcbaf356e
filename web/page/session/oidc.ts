/** Edge (identity provider): signs in with authorization code and PKCE; keeps the tokens in memory. */
import { ErrorResponse, InMemoryWebStorage, UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { Session } from "./session.ts";

/** The settings of the client. */
export interface OidcClient {
  issuer: string;
  clientId: string;
  scope: string;
}

/** Opens the session, and completes the sign-in if the provider has just redirected here. */
export async function openOidcSession({ issuer, clientId, scope }: OidcClient): Promise<Session> {
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: `${location.origin}/`,
    scope: `openid profile ${scope}`,
    prompt: "login",
    // A script that reads the storage of this page finds no token; after a reload the user signs in again.
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: false, // the token source asks when it needs a new token
  });
  return {
    ...(await completeSignIn(manager)),
    credentials: {
      getAccessToken: async ({ refresh }) => (await (refresh ? renew(manager) : manager.getUser()))?.access_token,
    },
    signIn: () => manager.signinRedirect(),
    signOut: async () => location.reload(), // the tokens are in the memory of this page only
    refresh: async () => void (await renew(manager)),
  };
}

/** Removes the code from the address bar first, even if the sign-in fails. */
async function completeSignIn(manager: UserManager): Promise<Pick<Session, "user" | "problem">> {
  const { href, search } = location;
  if (!new URLSearchParams(search).has("state")) return {};
  history.replaceState(null, "", "/");
  try {
    const { profile } = await manager.signinRedirectCallback(href);
    return { user: { name: profile.name ?? profile.sub, subject: profile.sub } };
  } catch (error) {
    return { problem: `The sign-in failed: ${(error as Error).message}.` };
  }
}

/** An error response of the provider means that the session has ended. */
async function renew(manager: UserManager) {
  if (!(await manager.getUser())) return undefined;
  try {
    return await manager.signinSilent();
  } catch (error) {
    if (error instanceof ErrorResponse) return undefined;
    throw error;
  }
}
