/** Edge (randomness): the settings of the identity provider: one public client, its users, and JWT access tokens. */
import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import type { Configuration } from "oidc-provider";
import { toErrorPage } from "./login-page.ts";
import { AUDIENCE, SCOPE } from "./oauth-client.ts";
import { createIdentityStore } from "./store.ts";
import { USERS, type User } from "./users.ts";

const HOUR = 3600;

/**
 * Settings for `oidc-provider`, with a signing key that nobody had before; and what can still be changed.
 *
 * @see https://github.com/panva/node-oidc-provider/blob/main/docs/README.md
 */
export async function createProviderConfiguration() {
  const store = createIdentityStore();
  let nextAccessTokenSeconds = HOUR;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const configuration: Configuration = {
    adapter: store.adapter,
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig" }] },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    claims: { profile: ["name"], email: ["email", "email_verified"] },
    findAccount: (_ctx, sub) => {
      const user = findUser(sub);
      return user && { accountId: sub, claims: async () => ({ ...user }) };
    },
    extraTokenClaims: (_ctx, token) => {
      const user = "accountId" in token ? findUser(token.accountId) : undefined;
      return user && { name: user.name, email: user.email, email_verified: user.email_verified };
    },
    // Every client here is the developer's own, so that nobody is asked for consent.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ accountId: oidc.session?.accountId, clientId: oidc.client?.clientId });
      grant.addOIDCScope("openid profile email");
      grant.addResourceScope(AUDIENCE, SCOPE);
      await grant.save();
      return grant;
    },
    conformIdTokenClaims: false, // a page learns the user's name from the ID token
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    pkce: { required: () => true },
    interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
    renderError: (ctx, { error, error_description: detail }) => {
      ctx.type = "html";
      ctx.body = toErrorPage(detail ? `${error}: ${detail}` : error);
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: SCOPE,
          audience: AUDIENCE,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    ttl: {
      AccessToken: () => {
        const seconds = nextAccessTokenSeconds;
        nextAccessTokenSeconds = HOUR;
        return seconds;
      },
      AuthorizationCode: 60,
      Grant: HOUR,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: 8 * HOUR,
      Session: 8 * HOUR,
    },
  };
  function shortenNextAccessToken(seconds = HOUR) {
    nextAccessTokenSeconds = seconds;
  }
  return { configuration, store, shortenNextAccessToken };
}

function findUser(sub: string): User | undefined {
  return Object.values(USERS).find((user) => user.sub === sub);
}
