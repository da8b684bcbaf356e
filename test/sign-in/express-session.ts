/** A real Express application with express-session, and a route that says who is signed in. */
import type { AddressInfo } from "node:net";
import express from "express";
import session from "express-session";
import { cookiesOf, type SignedIn } from "./session.ts";

declare module "express-session" {
  interface SessionData {
    user: { id: number; name: string };
  }
}

export async function startExpressSession() {
  const app = express();
  app.use(session({ name: "sid", secret: "a-secret-for-tests", resave: false, saveUninitialized: false }));
  app.post("/login/:id", (request, response) => {
    request.session.user = { id: Number(request.params.id), name: `User ${request.params.id}` };
    response.json({});
  });
  app.post("/logout", (request, response) => {
    request.session.destroy(() => response.json({}));
  });
  app.get("/me", ({ session: { user } }, response) => {
    if (user) response.json({ user });
    else response.status(401).json({});
  });

  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
    signIn: async (id: string): Promise<SignedIn> => {
      return { userId: id, cookies: cookiesOf(await fetch(`${url}/login/${id}`, { method: "POST" })) };
    },
    signOut: async ({ cookies }: SignedIn) => {
      await fetch(`${url}/logout`, { method: "POST", headers: { cookie: cookies.join("; ") } });
    },
  };
}
