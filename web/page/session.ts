/** Edge (identity provider): who is signed in: authorization code with PKCE, and tokens that stay in memory. */
import { ErrorResponse, InMemoryWebStorage, UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { PageSettings } from "./local-protocol.ts";

/** The user's session with the identity provider. */
export interface Session {
  /** Absent when nobody is signed in. */
  user?: { name: string; subject: string };
  /** Why the sign-in that led here came to nothing. */
  problem?: string;
  /** Leaves the page for the provider's, which asks who you are. */
  signIn(): Promise<void>;
  /** For the token source: the access token there is, or with `refresh` another one. */
  getAccessToken(options: { refresh: boolean }): Promise<string | undefined>;
}

/** Opens the session; completes the sign-in when the provider has just led back here. */
export async function openSession({ issuer, clientId, scope }: PageSettings): Promise<Session> {
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: `${location.origin}/`,
    scope: `openid profile ${scope}`,
    prompt: "login",
    // A script that reads the storage of this page finds no token; a reload costs a sign-in.
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: false, // the token source asks when it is needed
  });
  return {
    ...(await completeSignIn(manager)),
    signIn: () => manager.signinRedirect(),
    getAccessToken: async ({ refresh }) => (await (refresh ? renew(manager) : manager.getUser()))?.access_token,
  };
}

/** The code leaves the address bar at once, whatever comes of it. */
async function completeSignIn(manager: UserManager): Promise<Pick<Session, "user" | "problem">> {
  const { href, search } = location;
  if (!new URLSearchParams(search).has("state")) return {};
  history.replaceState(null, "", "/");
  try {
    const { profile } = await manager.signinRedirectCallback(href);
    return { user: { name: profile.name ?? profile.sub, subject: profile.sub } };
  } catch (error) {
    return { problem: `The sign-in came to nothing: ${(error as Error).message}.` };
  }
}

/** A provider that says no has ended the session: then nobody is signed in. */
async function renew(manager: UserManager) {
  if (!(await manager.getUser())) return undefined;
  try {
    return await manager.signinSilent();
  } catch (error) {
    if (error instanceof ErrorResponse) return undefined;
    throw error;
  }
}
