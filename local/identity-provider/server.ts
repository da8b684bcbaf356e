/** Edge (network): a real OpenID Connect provider, with its own sign-in page. */
import type { IncomingMessage, ServerResponse } from "node:http";
import Provider, { errors } from "oidc-provider";
import { readBody } from "../http/request-body.ts";
import { type LocalServer, startServer } from "../http/server.ts";
import { createProviderConfiguration } from "./configuration.ts";
import { LOGIN_PAGE, toContentSecurityPolicy, toErrorPage } from "./login-page.ts";
import { AUDIENCE, CLIENT_ID, COMMAND_LINE_CALLBACK } from "./oauth-client.ts";
import { USERS } from "./users.ts";

/** A provider that is running. */
export interface IdentityProvider extends LocalServer {
  /** The `iss` of its tokens; where discovery starts. */
  issuer: string;
  /** The `aud` of its access tokens. */
  audience: string;
  /** The public client's id. */
  clientId: string;
  /** Where else a sign-in may lead, e.g. a page's `http://localhost:3000/`; its origin may then call the provider. */
  allowRedirects(uris: readonly string[]): Promise<void>;
  /** Lets the next access token live so long, an hour when not given; those after it live an hour in any case. */
  shortenNextAccessToken(seconds?: number): void;
  /** Ends everybody's sign-in: what refreshed access tokens is refused from now on. */
  endSignIns(): void;
}

/**
 * Starts the provider on 127.0.0.1.
 *
 * @param options.port the port, or 0 for any free one.
 * @param options.redirectUris where a sign-in may lead, beside the command line's own callback.
 */
export async function startIdentityProvider({
  port,
  redirectUris = [],
}: {
  port: number;
  redirectUris?: readonly string[];
}): Promise<IdentityProvider> {
  const { configuration, store, shortenNextAccessToken } = await createProviderConfiguration();
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

/** Ours are the start page and signing in; everything else is the protocol, which the library speaks. */
function createAnswer(provider: Provider) {
  const speakOpenId = provider.callback();
  return async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === "/") return response.writeHead(302, { location: "/.well-known/openid-configuration" }).end();
    if (!request.url?.startsWith("/sign-in/")) return speakOpenId(request, response);
    try {
      await signIn(provider, request, response);
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error;
      sendPage(response, 400, toErrorPage("This sign-in has ended. Please start again from the page that sent you."));
    }
  };
}

async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method !== "POST") {
    return sendPage(response, 200, LOGIN_PAGE, [new URL(String(params.redirect_uri)).origin]);
  }
  const form = new URLSearchParams((await readBody(request, 1024))?.toString());
  const user = new Map(Object.entries(USERS)).get(form.get("user") ?? "");
  if (!user) return sendPage(response, 400, toErrorPage("There is nobody of that name here."));
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
