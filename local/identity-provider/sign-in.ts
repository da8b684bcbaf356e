/** Edge (network): signs in as a user, as a browser does, and gives the tokens. */
import { createHash, randomBytes } from "node:crypto";
import { CLIENT_ID, COMMAND_LINE_CALLBACK, SCOPE } from "./oauth-client.ts";

/** The token response of the provider. */
export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
}

/** Signs in as {@link requestTokens} does, and gives the access token (a JWT). */
export async function requestAccessToken(issuer: string, user: string): Promise<string> {
  return (await requestTokens(issuer, user)).access_token;
}

/**
 * Signs in with authorization code and PKCE: the page, its form, the redirects, then code for token.
 *
 * @param issuer the provider, e.g. `http://localhost:3001`.
 * @param user the name to sign in with, e.g. `ada`.
 * @see RFC 6749 section 4.1, RFC 7636
 */
export async function requestTokens(issuer: string, user: string): Promise<Tokens> {
  const endpoints = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Endpoints;
  const verifier = randomBytes(32).toString("base64url");
  const browser = createBrowser();

  const loginPage = await browser.open(toAuthorizationUrl(endpoints.authorization_endpoint, verifier));
  const end = await browser.open(loginPage, new URLSearchParams({ user }));
  const code = end.searchParams.get("code");
  if (!code) throw new Error(`The identity provider did not sign in ${user}: ${end}`);

  const response = await fetch(endpoints.token_endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: CLIENT_ID,
      redirect_uri: COMMAND_LINE_CALLBACK,
      code,
      code_verifier: verifier,
    }),
  });
  return (await response.json()) as Tokens;
}

/** The part of the discovery document that is needed. */
interface Endpoints {
  authorization_endpoint: string;
  token_endpoint: string;
}

function toAuthorizationUrl(endpoint: string, verifier: string): URL {
  const url = new URL(endpoint);
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: "code",
    redirect_uri: COMMAND_LINE_CALLBACK,
    scope: `openid profile email ${SCOPE}`,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  return url;
}

/** Keeps cookies and follows redirects until a page or our callback. */
function createBrowser() {
  const cookies = new Map<string, string>();

  async function open(url: URL, form?: URLSearchParams): Promise<URL> {
    const response = await fetch(url, {
      method: form ? "POST" : "GET",
      body: form,
      headers: { cookie: [...cookies].map((cookie) => cookie.join("=")).join("; ") },
      redirect: "manual",
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (!location) return url;
    const next = new URL(location, url);
    return next.href.startsWith(COMMAND_LINE_CALLBACK) ? next : open(next);
  }
  return { open };
}
