/** An OpenID Connect issuer that signs whatever a test wants: right tokens, and wrong ones of every kind. */
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";
import { type ServerOptions, startServer } from "../../../local/http/server.ts";

/** What becomes of a token's usual contents; `undefined` leaves a claim out. */
export interface TokenChanges {
  claims?: JWTPayload;
  header?: Partial<JWTHeaderParameters>;
  /** @default - the issuer's own */
  key?: CryptoKey | Uint8Array;
}

/** Starts an issuer whose tokens are for the audience `test-audience`. */
export async function startIssuer(options: Pick<ServerOptions, "tls" | "host"> & { alg?: string } = {}) {
  const { alg = "RS256", ...serverOptions } = options;
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: "key-1", alg, use: "sig" };
  const paths: string[] = [];
  const server = await startServer({
    ...serverOptions,
    port: 0,
    listener: (request, response) => {
      paths.push(request.url ?? "");
      const isDiscovery = request.url === "/.well-known/openid-configuration";
      const body = isDiscovery ? { issuer: server.url, jwks_uri: `${server.url}/keys` } : { keys: [publicJwk] };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    },
  });

  function sign({ claims, header, key = privateKey }: TokenChanges = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: server.url, aud: "test-audience", sub: "u-42", iat: now, exp: now + 60 };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg, kid: "key-1", ...header } as JWTHeaderParameters)
      .sign(key);
  }
  /** `paths`: what was fetched; `publicJwk`: the key that everybody can see. */
  return { ...server, issuer: server.url, paths, publicJwk, sign };
}
