/** Signs RS256 access tokens as the fake issuer of the benchmark. */
import { createPrivateKey, createSign, generateKeyPairSync } from "node:crypto";

/** The `aud` of the tokens. */
export const AUDIENCE = "bench";

const KEY_ID = "bench-key";

/** A new key pair as JWKs. */
export function createSigningKey() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const publicJwk = { ...publicKey.export({ format: "jwk" }), kid: KEY_ID, use: "sig", alg: "RS256" };
  return { publicJwk, privateJwk: privateKey.export({ format: "jwk" }) };
}

/** @returns a function that signs a token for a user, valid for an hour. */
export function createSigner(issuer: string, privateJwk: object) {
  const key = createPrivateKey({ key: privateJwk as never, format: "jwk" });
  const header = encode({ alg: "RS256", kid: KEY_ID, typ: "JWT" });
  return (user: string): string => {
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: issuer, aud: AUDIENCE, sub: user, name: "Ada Lovelace", iat: now, exp: now + 3_600 };
    const signed = `${header}.${encode(claims)}`;
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key, "base64url")}`;
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
