/** Edge (session server): signs in with a cookie that scripts cannot read. */
import type { Session } from "./session.ts";

/** The answer of the session server for a signed-in user; null for everybody else. */
type SessionAnswer = { user: { id: string; name: string } } | null;

/** Opens the session: asks the session server who is signed in. */
export async function openCookieSession(sessionUrl: string): Promise<Session> {
  const response = await fetch(`${sessionUrl}/api/auth/get-session`, { credentials: "include" });
  const answer = (await response.json()) as SessionAnswer;
  return {
    user: answer ? { name: answer.user.name, subject: answer.user.id } : undefined,
    credentials: { credentials: "include" },
    signIn: async () => location.assign(`${sessionUrl}/`),
    signOut: async () => {
      await fetch(`${sessionUrl}/api/auth/sign-out`, { method: "POST", credentials: "include" });
      location.reload();
    },
    refresh: async () => {},
  };
}
