/** Edge (network): an OpenID Connect provider with its own sign-in page. */
import type { IncomingMessage, ServerResponse } from "node:http";
import Provider, { errors } from "oidc-provider";
import { readBody } from "../http/request-body.ts";
import { type LocalServer, startServer } from "../http/server.ts";
import { createProviderConfiguration, type SigningAlgorithm } from "./configuration.ts";
import { LOGIN_PAGE, toContentSecurityPolicy, toErrorPage } from "./login-page.ts";
import { AUDIENCE, CLIENT_ID, COMMAND_LINE_CALLBACK } from "./oauth-client.ts";
import { findUser } from "./users.ts";

/** A running identity provider. */
export interface IdentityProvider extends LocalServer {
  /** The `iss` of its tokens, and the base of the discovery document. */
  issuer: string;
  /** The `aud` of its access tokens. */
  audience: string;
  /** The id of the public client. */
  clientId: string;
  /** Allows redirect URIs, e.g. `http://localhost:3000/`. Their origins may then call the provider. */
  allowRedirects(uris: readonly string[]): Promise<void>;
  /** Sets the lifetime of the next access token, by default an hour. Later ones live an hour again. */
  shortenNextAccessToken(seconds?: number): void;
  /** Ends the sessions of every user; refresh tokens are refused from now on. */
  endSignIns(): void;
}

/** Options of {@link startIdentityProvider}. */
export interface IdentityProviderOptions {
  /** The port; 0 for any free port. */
  port: number;
  /** Redirect URIs besides that of the command line. @default - none */
  redirectUris?: readonly string[];
  /** The algorithm that signs access tokens. @default "RS256" */
  algorithm?: SigningAlgorithm;
}

/** Starts the provider on 127.0.0.1. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { port, redirectUris = [], algorithm = "RS256" } = options;
  const { configuration, store, shortenNextAccessToken } = await createProviderConfiguration(algorithm);
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
  const server = await startServer({ port, listener: (request, response) => answer(request, response) });

  const issuer = server.url;
  const provider = new Provider(issuer, configuration);
  answer = createAnswer(provider);

  const allowed = new Set([COMMAND_LINE_CALLBACK]);
  async function allowRedirects(uris: readonly string[]) {
    for (const uri of uris) allowed.add(uri);
    await store.adapter("Client").upsert(CLIENT_ID, toClient([...allowed]));
  }
  await allowRedirects(redirectUris);
  function endSignIns() {
    return ["Session", "RefreshToken"].forEach(store.clear);
  }
  return {
    ...server,
    issuer,
    audience: AUDIENCE,
    clientId: CLIENT_ID,
    allowRedirects,
    shortenNextAccessToken,
    endSignIns,
  };
}

function toClient(redirectUris: string[]) {
  return {
    client_id: CLIENT_ID,
    redirect_uris: redirectUris,
    token_endpoint_auth_method: "none" as const,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code" as const],
  };
}

/** Answers the start page and the sign-in page; the library answers everything else. */
function createAnswer(provider: Provider) {
  const speakOpenId = provider.callback();
  return async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === "/") return response.writeHead(302, { location: "/.well-known/openid-configuration" }).end();
    if (!request.url?.startsWith("/sign-in/")) return speakOpenId(request, response);
    try {
      await signIn(provider, request, response);
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error;
      sendPage(
        response,
        400,
        toErrorPage("This sign-in has ended. Go back to the page that you came from, and sign in again."),
      );
    }
  };
}

async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method !== "POST") {
    return sendPage(response, 200, LOGIN_PAGE, [new URL(String(params.redirect_uri)).origin]);
  }
  const form = new URLSearchParams((await readBody(request, 1024))?.toString());
  const user = findUser(form.get("user"));
  if (!user) return sendPage(response, 400, toErrorPage("Unknown user."));
  return provider.interactionFinished(request, response, { login: { accountId: user.sub } });
}

function sendPage(response: ServerResponse, status: number, page: string, formTargets: string[] = []) {
  return response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": toContentSecurityPolicy(formTargets),
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    })
    .end(page);
}
