/** The session of the user, with whatever signs users in. */
import type { AccessTokenOptions, CookieOptions } from "../../token-source/sign-in.ts";
import type { PageSignIn } from "../local-protocol.ts";
import { openCookieSession } from "./cookie.ts";
import { openOidcSession } from "./oidc.ts";

/** The session of the user. */
export interface Session {
  /** Absent if the user is not signed in. */
  user?: { name: string; subject: string };
  /** Why the last sign-in failed. */
  problem?: string;
  /** How the token source identifies the user. */
  credentials: AccessTokenOptions | CookieOptions;
  /** Leaves the page to sign in. */
  signIn(): Promise<void>;
  signOut(): Promise<void>;
  /** Gets a new access token. */
  refresh(): Promise<void>;
}

/** Opens the session, and completes a sign-in that has just returned to the page. */
export async function openSession(signIn: PageSignIn): Promise<Session> {
  if (signIn.by === "provider") return openOidcSession(signIn);
  if (signIn.by === "session") return openCookieSession(signIn.sessionUrl);
  async function nothing() {}
  return { credentials: { getAccessToken: () => undefined }, signIn: nothing, signOut: nothing, refresh: nothing };
}
