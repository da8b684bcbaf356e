/** Fetches the public keys of one issuer: OpenID Connect discovery and a JSON Web Key Set. I/O: network. */
import type { Jwk } from "aws-jwt-verify/jwk";
import { getText, type TextReply, type TextRequest } from "../https-get.ts";

/** Where to fetch an issuer's keys. */
export interface KeySetSource {
  issuer: string;
  /** @default - found by OpenID Connect discovery */
  jwksUri?: string;
  /** @default getText */
  get?: (request: TextRequest) => Promise<TextReply>;
}

const FETCH = { timeoutMs: 1_500, maxBytes: 256 * 1024, headers: { accept: "application/json" } };
const FETCH_ATTEMPTS = 2;

/** @throws Error when the issuer does not answer, or not with a key set. */
export async function fetchKeys({ issuer, jwksUri, get = getText }: KeySetSource): Promise<Jwk[]> {
  return parseKeys(await getJson(jwksUri ?? (await discoverJwksUri(issuer, get)), get));
}

/**
 * Finds `jwks_uri` by OpenID Connect discovery. It may be on another host, as Google's is; it must be https.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html section 4
 */
async function discoverJwksUri(issuer: string, get: (request: TextRequest) => Promise<TextReply>): Promise<string> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const { issuer: named, jwks_uri: jwksUri } = Object(await getJson(url, get));
  if (named !== issuer) throw new Error("the discovery document is another issuer's");
  // http only where the issuer is on this machine itself: on Lambda, localhost is Lambda's own API.
  if (!String(jwksUri).startsWith("https:") && !issuer.startsWith("http:")) throw new Error("jwks_uri is not https");
  return jwksUri;
}

function parseKeys(document: unknown): Jwk[] {
  const { keys } = Object(document);
  if (!Array.isArray(keys)) throw new Error("the key set has no keys");
  return keys.filter((key): key is Jwk => typeof key?.kty === "string");
}

async function getJson(url: string, get: (request: TextRequest) => Promise<TextReply>): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { status, text } = await get({ url, ...FETCH });
      if (status !== 200) throw new Error(`status ${status}`);
      return JSON.parse(text);
    } catch (error) {
      if (attempt === FETCH_ATTEMPTS) throw error;
    }
  }
}
