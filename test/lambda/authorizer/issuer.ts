/** An issuer with keys of every kind that the authorizer can verify, for tests. */
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";
import { startServer } from "../../../local/http/server.ts";

export const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA"];
export const AUDIENCE = "token-endpoint";

/** Changes to a valid token; `undefined` leaves a claim out. */
export interface TokenChanges {
  claims?: JWTPayload;
  header?: Record<string, unknown>;
  /** @default the issuer's key for `header.alg` */
  key?: CryptoKey | Uint8Array;
}

/** What the issuer publishes; tests change it. */
interface Published {
  keys: Record<string, unknown>[];
  discovery: Record<string, unknown>;
  /** Answers every request with this status. */
  status?: number;
}

/** Starts an issuer on loopback. @param algorithms of its keys */
export async function startIssuer(algorithms = ALGORITHMS) {
  const keys = new Map<string, CryptoKey>();
  const published: Published = { keys: [], discovery: {} };
  for (const alg of algorithms) {
    const pair = await generateKeyPair(alg, { extractable: true });
    keys.set(alg, pair.privateKey);
    published.keys.push({ ...(await exportJWK(pair.publicKey)), kid: `key-${alg}`, alg, use: "sig" });
  }
  const paths: string[] = [];
  const server = await startServer({
    port: 0,
    listener: ({ url = "" }, response) => {
      paths.push(url);
      const body = url === "/.well-known/openid-configuration" ? published.discovery : { keys: published.keys };
      response.writeHead(published.status ?? 200, { "content-type": "application/json" }).end(JSON.stringify(body));
    },
  });
  published.discovery = { issuer: server.url, jwks_uri: `${server.url}/keys` };

  function sign({ claims, header = {}, key }: TokenChanges = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const { alg = "ES256" } = header as { alg?: string };
    const usual = { iss: server.url, aud: AUDIENCE, sub: "u-42", iat: now, exp: now + 300 };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg, kid: `key-${alg}`, typ: "JWT", ...header } as JWTHeaderParameters)
      .sign(key ?? (keys.get(alg) as CryptoKey));
  }

  /** Replaces the key of an algorithm. */
  async function rotate(alg: string, kid: string): Promise<void> {
    const pair = await generateKeyPair(alg, { extractable: true });
    keys.set(alg, pair.privateKey);
    published.keys = published.keys.filter((key) => key.alg !== alg);
    published.keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg, use: "sig" });
  }

  return { ...server, issuer: server.url, published, paths, sign, rotate };
}

/** Encodes JSON as a part of a JWT. */
export function encode(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}
