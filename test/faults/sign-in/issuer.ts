/** An issuer of ES256 tokens that fails on demand. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { type Flaws, startFaultyServer } from "./faulty-server.ts";

export const AUDIENCE = "token-endpoint";

/** Starts it, with a key called `key-1`. */
export async function startIssuer(flaws?: Flaws) {
  let signer = await createSigner("key-1");
  const server = await startFaultyServer(
    (path) => (path.endsWith("/openid-configuration") ? { ...issuer.discovery } : { keys: [signer.published] }),
    flaws,
  );
  const issuer = {
    ...server,
    discovery: { issuer: server.url, jwks_uri: `${server.url}/keys` },
    sign: () => signer.sign(server.url),
    /** Replaces the key; the old one is published no more. */
    rotate: async (kid: string) => {
      signer = await createSigner(kid);
    },
  };
  return issuer;
}

async function createSigner(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  function sign(iss: string): Promise<string> {
    const seconds = Math.floor(Date.now() / 1_000);
    return new SignJWT({ iss, aud: AUDIENCE, sub: "sentinel-user", iat: seconds, exp: seconds + 3_600 })
      .setProtectedHeader({ alg: "ES256", kid })
      .sign(privateKey);
  }
  return { sign, published: { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" } };
}
