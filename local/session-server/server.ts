/** Edge (network): a session server: its sign-in page sets a cookie, and `/api/auth/get-session` tells who is signed in. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { toNodeHandler } from "better-auth/node";
import { readBody } from "../http/request-body.ts";
import { type LocalServer, startServer } from "../http/server.ts";
import { LOGIN_PAGE, toContentSecurityPolicy, toErrorPage } from "../identity-provider/login-page.ts";
import { findUser } from "../identity-provider/users.ts";
import { createAuth } from "./auth.ts";

/** A running session server. */
export interface SessionServer extends LocalServer {
  /** Ends the sessions of every user. */
  endSessions(): void;
}

/** Options of {@link startSessionServer}. */
export interface SessionServerOptions {
  /** The port; 0 for any free port. */
  port: number;
  /** Where a sign-in returns to. */
  pageUrl: string;
  /** Origins of the pages that may call it with cookies, that of `pageUrl` among them. */
  pages: readonly string[];
}

/** Starts the session server on 127.0.0.1. */
export async function startSessionServer({ port, pageUrl, pages }: SessionServerOptions): Promise<SessionServer> {
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
  const server = await startServer({ port, listener: (request, response) => answer(request, response) });
  const { auth, signIn, endSessions } = await createAuth(server.url, pages);
  const answerAuth = toNodeHandler(auth);

  async function answerSignIn(request: IncomingMessage, response: ServerResponse) {
    if (request.method !== "POST") return sendPage(response, 200, LOGIN_PAGE);
    if (request.headers.origin !== server.url) return sendPage(response, 403, toErrorPage("Sign in on this page."));
    const user = findUser(new URLSearchParams((await readBody(request, 1024))?.toString()).get("user"));
    if (!user) return sendPage(response, 400, toErrorPage("Unknown user."));
    const cookies = (await signIn(user.email)).headers.getSetCookie();
    return response.writeHead(303, { location: pageUrl, "set-cookie": cookies }).end();
  }

  function sendPage(response: ServerResponse, status: number, page: string) {
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": toContentSecurityPolicy([new URL(pageUrl).origin]),
      "cache-control": "no-store",
    };
    return response.writeHead(status, headers).end(page);
  }

  answer = (request, response) => {
    if (request.url === "/") return answerSignIn(request, response);
    const origin = pages.find((page) => page === request.headers.origin);
    if (origin) response.setHeaders(new Map(Object.entries(toCorsHeaders(origin))));
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    return answerAuth(request, response);
  };
  return { ...server, endSessions };
}

function toCorsHeaders(origin: string) {
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-allow-headers": "content-type",
    vary: "origin",
  };
}
