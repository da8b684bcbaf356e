/** Edge (randomness): the settings of the identity provider: one public client, its users, JWT access tokens. */
import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import type { Configuration } from "oidc-provider";
import { toErrorPage } from "./login-page.ts";
import { AUDIENCE, SCOPE } from "./oauth-client.ts";
import { createIdentityStore } from "./store.ts";
import { USERS, type User } from "./users.ts";

const HOUR = 3600;

/** An algorithm that can sign access tokens. API Gateway's JWT authorizer accepts RS256 only. */
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** Every {@link SigningAlgorithm}. */
export const SIGNING_ALGORITHMS = ["RS256", "ES256", "EdDSA"] as const;

/**
 * Creates settings for `oidc-provider` with new signing keys, and gives what can be changed later.
 *
 * @param algorithm signs the access tokens.
 * @see https://github.com/panva/node-oidc-provider/blob/main/docs/README.md
 */
export async function createProviderConfiguration(algorithm: SigningAlgorithm) {
  const store = createIdentityStore();
  let nextAccessTokenSeconds = HOUR;
  const configuration: Configuration = {
    adapter: store.adapter,
    jwks: { keys: await Promise.all([...new Set([algorithm, "RS256"])].map(createSigningKey)) },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    claims: { profile: ["name"], email: ["email", "email_verified"] },
    findAccount: (_ctx, sub) => {
      const user = findUserBySub(sub);
      return user && { accountId: sub, claims: async () => ({ ...user }) };
    },
    extraTokenClaims: (_ctx, token) => {
      const user = "accountId" in token ? findUserBySub(token.accountId) : undefined;
      if (!user) return undefined;
      const { sub: _, ...claims } = user;
      return claims;
    },
    // The only client is the developer's own: no user is asked for consent.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ accountId: oidc.session?.accountId, clientId: oidc.client?.clientId });
      grant.addOIDCScope("openid profile email");
      grant.addResourceScope(AUDIENCE, SCOPE);
      await grant.save();
      return grant;
    },
    conformIdTokenClaims: false, // the page reads the user's name from the ID token
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
          jwt: { sign: { alg: algorithm } },
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

async function createSigningKey(alg: string) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: "sig", kid: randomBytes(8).toString("base64url") };
}

function findUserBySub(sub: string): User | undefined {
  return Object.values(USERS).find((user) => user.sub === sub);
}
