/** Types only: the session of the user, the same for every sign-in. */
import type { AccessTokenOptions, CookieOptions } from "../../token-source/sign-in.ts";

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
