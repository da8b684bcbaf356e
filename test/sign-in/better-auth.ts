/** A real better-auth server: email and password, a cookie session, and the JWT plugin (EdDSA). */
import type { IncomingMessage, ServerResponse } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins";
import { startServer } from "../../local/http/server.ts";
import { cookiesOf, type SignedIn } from "./session.ts";

export async function startBetterAuth() {
  let listener: (request: IncomingMessage, response: ServerResponse) => unknown = () => {};
  const server = await startServer({ port: 0, listener: (request, response) => listener(request, response) });
  const auth = betterAuth({
    baseURL: server.url,
    secret: "a-secret-of-at-least-32-characters-for-tests",
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [jwt()],
  });
  listener = toNodeHandler(auth);

  async function call(path: string, { cookie = "", body }: { cookie?: string; body?: object } = {}) {
    return fetch(`${server.url}/api/auth${path}`, {
      method: body ? "POST" : "GET",
      headers: { "content-type": "application/json", origin: server.url, cookie },
      body: body && JSON.stringify(body),
    });
  }

  return {
    url: server.url,
    close: server.close,
    signIn: async (name: string): Promise<SignedIn> => {
      const body = { name, email: `${name}@example.com`, password: "correct horse battery staple" };
      const response = await call("/sign-up/email", { body });
      const { user } = (await response.json()) as { user: { id: string } };
      return { userId: user.id, cookies: cookiesOf(response) };
    },
    signOut: async ({ cookies }: SignedIn) => {
      await call("/sign-out", { cookie: cookies.join("; "), body: {} });
    },
    /** The JWT plugin's token of the session. */
    token: async ({ cookies }: SignedIn): Promise<string> => {
      const response = await call("/token", { cookie: cookies.join("; ") });
      return ((await response.json()) as { token: string }).token;
    },
  };
}
