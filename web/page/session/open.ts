/** Opens the session of the user, for each type of sign-in. */
import type { PageSignIn } from "../local-protocol.ts";
import { openCookieSession } from "./cookie.ts";
import { openOidcSession } from "./oidc.ts";
import type { Session } from "./session.ts";

/** Opens the session, and completes a sign-in that has just returned to the page. */
export async function openSession(signIn: PageSignIn): Promise<Session> {
  if (signIn.by === "provider") return openOidcSession(signIn);
  if (signIn.by === "session") return openCookieSession(signIn.sessionUrl);
  async function nothing() {}
  return { credentials: { getAccessToken: () => undefined }, signIn: nothing, signOut: nothing, refresh: nothing };
}
