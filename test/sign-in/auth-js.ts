/** A real Auth.js server with its encrypted session cookie. */
import { text } from "node:stream/consumers";
import { Auth } from "@auth/core";
import Credentials from "@auth/core/providers/credentials";
import { startServer } from "../../local/http/server.ts";
import { cookiesOf, type SignedIn } from "./session.ts";

/** Auth.js splits a session cookie of more than about 4 KB into numbered chunks. */
const LARGE = "x".repeat(6_000);

/** @param isLarge makes session cookies so large that Auth.js splits them */
export async function startAuthJs({ isLarge = false } = {}) {
  const server = await startServer({
    port: 0,
    listener: async (request, response) => {
      const body = request.method === "POST" ? await text(request) : undefined;
      const headers = request.headers as Record<string, string>;
      const answer = await Auth(new Request(`${server.url}${request.url}`, { method: request.method, headers, body }), {
        basePath: "/api/auth",
        secret: "a-secret-for-tests",
        trustHost: true,
        logger: { error: () => {} },
        providers: [
          Credentials({
            credentials: { username: {} },
            authorize: ({ username }) => ({ id: `id-of-${username}`, name: String(username) }),
          }),
        ],
        callbacks: {
          jwt: ({ token }) => (isLarge ? { ...token, filler: LARGE } : token),
          // Auth.js leaves the user's id out of its answer unless a callback adds it.
          session: ({ session, token }) => ({ ...session, user: { ...session.user, id: token.sub ?? "" } }),
        },
      });
      for (const cookie of answer.headers.getSetCookie()) response.appendHeader("set-cookie", cookie);
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
      response.end(await answer.text());
    },
  });

  return {
    url: server.url,
    close: server.close,
    signIn: async (username: string): Promise<SignedIn> => {
      const csrf = await fetch(`${server.url}/api/auth/csrf`);
      const { csrfToken } = (await csrf.json()) as { csrfToken: string };
      const response = await fetch(`${server.url}/api/auth/callback/credentials`, {
        method: "POST",
        redirect: "manual",
        headers: { cookie: cookiesOf(csrf).join("; ") },
        body: new URLSearchParams({ csrfToken, username }),
      });
      return { userId: `id-of-${username}`, cookies: cookiesOf(response) };
    },
  };
}
