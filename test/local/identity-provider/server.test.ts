import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { createJwtAuthorizer } from "../../../local/api-gateway/authorizer/jwt.ts";
import { type IdentityProvider, startIdentityProvider } from "../../../local/identity-provider/server.ts";
import { requestAccessToken, requestTokens } from "../../../local/identity-provider/sign-in.ts";

const PAGE = "http://localhost:5173/callback.html";
const noise = (["log", "info", "warn", "error"] as const).map((level) => jest.spyOn(console, level));
let provider: IdentityProvider;

beforeAll(async () => {
  provider = await startIdentityProvider({ port: 0, redirectUris: [PAGE] });
});
afterAll(() => provider.close());

function authorizationUrl(changes: Record<string, string> = {}) {
  return `${provider.issuer}/auth?${new URLSearchParams({
    client_id: provider.clientId,
    response_type: "code",
    redirect_uri: PAGE,
    scope: "openid",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    ...changes,
  })}`;
}

describe("signing in", () => {
  test("gives Ada a JWT access token with her name and email for one hour", async () => {
    const token = await requestAccessToken(provider.issuer, "ada");
    const { exp = 0, iat = 0, ...claims } = decodeJwt(token);

    expect(decodeProtectedHeader(token).alg).toBe("RS256");
    expect(exp - iat).toBe(3600);
    expect(claims).toEqual({
      iss: provider.issuer,
      aud: provider.audience,
      client_id: provider.clientId,
      sub: "ada",
      name: "Ada Lovelace",
      email: "ada@example.com",
      email_verified: true,
      scope: "token:issue",
      jti: expect.any(String),
    });
  });

  test.each(["ES256", "EdDSA"] as const)(
    "gives access tokens signed with %s, and publishes the key",
    async (algorithm) => {
      const other = await startIdentityProvider({ port: 0, algorithm });
      const token = await requestAccessToken(other.issuer, "ada");
      const keys = createRemoteJWKSet(new URL(`${other.issuer}/jwks`));

      expect(await jwtVerify(token, keys, { algorithms: [algorithm] })).toMatchObject({ payload: { sub: "ada" } });
      await other.close();
    },
  );

  test("gives Alan the claims that the example grants name", async () => {
    const token = await requestAccessToken(provider.issuer, "alan");

    expect(decodeJwt(token)).toMatchObject({ groups: ["staff", "tea"], org_id: "acme", org_role: "admin" });
  });

  test("gives Grace a subject that is not a valid externalId", async () => {
    const token = await requestAccessToken(provider.issuer, "grace");

    expect(decodeJwt(token)).toMatchObject({ sub: "auth0|grace", name: "Grace Hopper" });
  });

  test("gives tokens that the API accepts, and no API with another audience", async () => {
    const token = await requestAccessToken(provider.issuer, "ada");
    const { issuer, audience } = provider;

    const ours = createJwtAuthorizer({ issuer, audience: [audience], scopes: ["token:issue"] });
    expect(await ours(`Bearer ${token}`)).toMatchObject({ context: { jwt: { claims: { sub: "ada" } } } });
    const theirs = createJwtAuthorizer({ issuer, audience: ["https://other.example"] });
    expect(await theirs(`Bearer ${token}`)).toMatchObject({ refusal: { status: 401 } });
  });

  test("fails for an unknown user", async () => {
    await expect(requestAccessToken(provider.issuer, "mallory")).rejects.toThrow("did not sign in mallory");
  });

  test("fails without PKCE, with plain PKCE, and for an unknown redirect URI", async () => {
    async function locationFor(changes: Record<string, string>) {
      const response = await fetch(authorizationUrl(changes), { redirect: "manual" });
      return [response.status, response.headers.get("location")];
    }

    expect(await locationFor({ code_challenge: "" })).toEqual([303, expect.stringContaining("error=invalid_request")]);
    expect(await locationFor({ code_challenge_method: "plain" })).toEqual([303, expect.stringContaining("error=")]);
    expect(await locationFor({ redirect_uri: "https://evil.example/" })).toEqual([400, null]);
  });
});

describe("the sign-in page", () => {
  async function openPage() {
    const start = await fetch(authorizationUrl(), { redirect: "manual" });
    const cookie = start.headers
      .getSetCookie()
      .map((value) => value.split(";")[0])
      .join("; ");
    const url = new URL(start.headers.get("location") ?? "", provider.issuer);
    return { url, cookie, response: await fetch(url, { headers: { cookie } }) };
  }

  test("has a button for each user, a language and a title, and no script", async () => {
    const html = await (await openPage()).response.text();

    expect(html).toContain('<button name="user" value="ada"><b>Ada Lovelace</b>');
    expect(html).toContain('<button name="user" value="grace"><b>Grace Hopper</b>');
    expect(html).toContain('<html lang="en">');
    expect(html).toContain("<title>Sign in");
    expect(html).not.toContain("<script");
  });

  test("has a content security policy without scripts that lets the form return to the page", async () => {
    const policy = (await openPage()).response.headers.get("content-security-policy");

    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/localhost:5173;/,
    );
  });

  test("fails with an error page if the sign-in has ended or the user is unknown", async () => {
    const { url, cookie } = await openPage();
    const answers = await Promise.all([
      fetch(url),
      fetch(`${provider.issuer}/sign-in/unknown`),
      fetch(url, { method: "POST", headers: { cookie }, body: new URLSearchParams({ user: "__proto__" }) }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(await answers[0]?.text()).toContain("This sign-in has ended");
  });

  test("shows an error as text, without its HTML", async () => {
    const response = await fetch(authorizationUrl({ client_id: "<b>x" }), { headers: { accept: "text/html" } });

    expect([response.status, await response.text()]).toEqual([400, expect.not.stringContaining("<b>x")]);
  });
});

test("a page may call the provider from the origin of an allowed redirect URI", async () => {
  async function exchange(origin: string) {
    const body = new URLSearchParams({ grant_type: "authorization_code", client_id: provider.clientId, code: "x" });
    const response = await fetch(`${provider.issuer}/token`, { method: "POST", headers: { origin }, body });
    return response.headers.get("access-control-allow-origin");
  }

  expect(await exchange("http://localhost:5173")).toBe("http://localhost:5173");
  expect(await exchange("http://localhost:9999")).toBeNull();
  await provider.allowRedirects(["http://localhost:9999/"]);
  expect(await exchange("http://localhost:9999")).toBe("http://localhost:9999");
});

describe("a session", () => {
  async function redeem(form: Record<string, string>) {
    const body = new URLSearchParams({ client_id: provider.clientId, ...form });
    const response = await fetch(`${provider.issuer}/token`, { method: "POST", body });
    return (await response.json()) as Record<string, string>;
  }
  function lifetime(accessToken = "") {
    const { exp = 0, iat = 0 } = decodeJwt(accessToken);
    return exp - iat;
  }

  test("can be renewed, and has the user's name in its ID token", async () => {
    const tokens = await requestTokens(provider.issuer, "ada");
    const renewed = await redeem({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });

    expect(decodeJwt(tokens.id_token)).toMatchObject({ sub: "ada", name: "Ada Lovelace" });
    expect(decodeJwt(renewed.access_token ?? "")).toMatchObject({ sub: "ada", aud: provider.audience });
  });

  test("has one short-lived access token after shortenNextAccessToken", async () => {
    provider.shortenNextAccessToken(1);
    const lifetimes = [
      await requestAccessToken(provider.issuer, "ada"),
      await requestAccessToken(provider.issuer, "ada"),
    ];

    expect(lifetimes.map(lifetime)).toEqual([1, 3600]);
  });

  test("fails to be renewed after endSignIns", async () => {
    const { refresh_token } = await requestTokens(provider.issuer, "ada");
    provider.endSignIns();

    expect(await redeem({ grant_type: "refresh_token", refresh_token })).toMatchObject({ error: "invalid_grant" });
  });
});

test("redirects / to the discovery document", async () => {
  expect(await (await fetch(provider.url)).json()).toMatchObject({ issuer: provider.issuer });
});

test("creates a new signing key every time", async () => {
  async function keysOf({ url }: { url: string }) {
    return (await (await fetch(`${url}/jwks`)).json()) as { keys: object[] };
  }
  const other = await startIdentityProvider({ port: 0 });

  const [ours, theirs] = await Promise.all([keysOf(provider), keysOf(other)]);
  expect(ours.keys).toHaveLength(1);
  expect(ours.keys).not.toEqual(theirs.keys);
  expect(ours.keys[0]).not.toHaveProperty("d");
  await other.close();
});

test("writes nothing to the console", () => {
  for (const spy of noise) expect(spy).not.toHaveBeenCalled();
});
