/** Verifies JWTs of the configured issuers. Signatures are verified by aws-jwt-verify; the other rules are here. */
import { isUtf8 } from "node:buffer";
import { createPublicKey, type KeyObject } from "node:crypto";
import { JwtBaseError, JwtExpiredError, JwtNotBeforeError, JwtParseError } from "aws-jwt-verify/error";
import type { Jwk } from "aws-jwt-verify/jwk";
import { decomposeUnverifiedJwt } from "aws-jwt-verify/jwt";
import { verifyJwtSync } from "aws-jwt-verify/jwt-verifier";
import { type IssuerSettings, SIGNATURE_ALGORITHMS } from "../../sign-in-settings.ts";
import { assertRequiredClaims, type Claims } from "../claims.ts";
import { Refusal } from "../refusal.ts";
import { createKeyStore, type KeyStore } from "./keys.ts";

/** Claims of a token that has been verified. */
export interface VerifiedToken {
  claims: Claims;
  /** The issuer's alias, if it has one. */
  issuerAlias: string | undefined;
}

interface Header {
  alg?: string;
  kid?: string;
  typ?: unknown;
  crit?: unknown;
  b64?: unknown;
}

const MAX_TOKEN_LENGTH = 16 * 1024;
const CLOCK_LEEWAY_SECONDS = 60;
const MIN_RSA_BITS = 2_048; // RFC 7518 section 3.3
/** Other types are for other purposes, e.g. `logout+jwt` and `dpop+jwt` (RFC 8725 section 3.11). */
const TOKEN_TYPE = /^(?:application\/)?(?:at\+)?jwt$/i;
/** The keys that an algorithm can use, as `kty crv` (RFC 7518 section 3, RFC 8037 section 3.1). */
const KEY_TYPES: Record<string, string[]> = {
  RS256: ["RSA"],
  RS384: ["RSA"],
  RS512: ["RSA"],
  ES256: ["EC P-256"],
  ES384: ["EC P-384"],
  ES512: ["EC P-521"],
  EdDSA: ["OKP Ed25519", "OKP Ed448"],
};

/**
 * @param issuers as configured; a token is verified by the settings of the issuer that it names, and by no others.
 * @param createKeys @default createKeyStore
 * @returns a function that verifies one JWT in compact form. It throws Refusal.
 */
export function createTokenVerifier(issuers: IssuerSettings[], createKeys = createKeyStore) {
  const byIssuer = new Map(issuers.map((settings) => [settings.issuer, { settings, keys: createKeys(settings) }]));
  // During the cold start, so that the first request finds the keys. With many issuers, most keys would be fetched but not used.
  if (issuers.length === 1) byIssuer.values().next().value?.keys.prefetch();

  return async (token: string): Promise<VerifiedToken> => {
    const { header, payload } = decompose(token);
    const issuer = byIssuer.get(payload.iss ?? "");
    if (!issuer) throw new Refusal("ISSUER_UNKNOWN", "The token's issuer is not configured.");
    const { settings, keys } = issuer;
    const claims = await verify({ token, header, settings, keys });
    assertAudience(claims, settings.audience);
    if (settings.scopes) assertScope(claims, settings.scopes);
    assertRequiredClaims(claims, settings.requiredClaims);
    return { claims, issuerAlias: settings.alias };
  };
}

function decompose(token: string) {
  if (token.length > MAX_TOKEN_LENGTH) throw new Refusal("TOKEN_MALFORMED", "The token is too long.");
  try {
    const { header, payload } = decomposeUnverifiedJwt(token);
    // The library replaces invalid bytes, so that different subjects could become one.
    if (!isUtf8(Buffer.from(token.split(".")[1] ?? "", "base64url"))) throw new Error("not UTF-8");
    return { header: header as Header, payload };
  } catch (cause) {
    throw new Refusal("TOKEN_MALFORMED", "The token is not a signed JWT in compact form.", cause);
  }
}

/** @returns the claims of a token whose header, signature, issuer and times are right. */
async function verify(given: {
  token: string;
  header: Header;
  settings: IssuerSettings;
  keys: KeyStore;
}): Promise<Claims> {
  const { token, header, settings, keys } = given;
  const alg = acceptedAlgorithm(header, settings.algorithms);
  const key = await keys.find(header.kid, (candidate) => isSuitable(candidate, alg));
  try {
    const options = { issuer: settings.issuer, audience: null, graceSeconds: CLOCK_LEEWAY_SECONDS };
    const claims = verifyJwtSync(token, key, options, toKeyObject);
    if (claims.exp === undefined) throw new JwtParseError("no exp");
    return claims;
  } catch (cause) {
    throw toRefusal(cause);
  }
}

function acceptedAlgorithm(
  { alg = "", typ, crit, b64 }: Header,
  algorithms: readonly string[] = SIGNATURE_ALGORITHMS,
): string {
  if (!algorithms.includes(alg)) throw new Refusal("TOKEN_ALGORITHM", "The token's algorithm is not accepted.");
  if (typ !== undefined && !(typeof typ === "string" && TOKEN_TYPE.test(typ))) {
    throw new Refusal("TOKEN_TYPE", "The token's typ is not that of a JWT for access.");
  }
  // No extension is supported, so none can be understood (RFC 7515 section 4.1.11).
  if (crit !== undefined || b64 !== undefined) {
    throw new Refusal("TOKEN_CRITICAL_HEADER", "The token's header has an extension that is not supported.");
  }
  return alg;
}

function isSuitable({ kty, crv, use = "sig", alg: keyAlg }: Jwk, alg: string): boolean {
  const keyType = crv === undefined ? kty : `${kty} ${crv}`;
  return use === "sig" && (keyAlg ?? alg) === alg && (KEY_TYPES[alg] ?? []).includes(keyType);
}

function toKeyObject(jwk: Jwk): KeyObject {
  const cached = keyObjects.get(jwk);
  if (cached) return cached;
  const key = createPublicKey({ key: jwk as never, format: "jwk" });
  const { modulusLength = MIN_RSA_BITS } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS) throw new Error("the issuer's RSA key is too short");
  keyObjects.set(jwk, key);
  return key;
}

const keyObjects = new WeakMap<Jwk, KeyObject>();

function toRefusal(cause: unknown): Refusal {
  if (cause instanceof JwtExpiredError) return new Refusal("TOKEN_EXPIRED", "The token has expired.", cause);
  if (cause instanceof JwtNotBeforeError)
    return new Refusal("TOKEN_NOT_YET_VALID", "The token is not valid yet.", cause);
  if (cause instanceof JwtParseError) return new Refusal("TOKEN_MALFORMED", "The token has no expiry time.", cause);
  const why =
    cause instanceof JwtBaseError ? "The token's signature is not valid." : "The issuer's key cannot be used.";
  return new Refusal("SIGNATURE_INVALID", why, cause);
}

/** Some providers, such as Amazon Cognito, name the audience of access tokens in `client_id`. */
function assertAudience({ aud, client_id }: Claims, audience: string[]): void {
  const named = [aud === undefined ? client_id : aud].flat();
  if (!named.some((name) => audience.includes(name as string))) {
    throw new Refusal("AUDIENCE_MISMATCH", "The token is for another audience.");
  }
}

/** Scopes come as `scope` (RFC 8693) or `scp` (Okta, Entra ID): text with spaces, or a list. */
function assertScope({ scope, scp }: Claims, scopes: string[]): void {
  const granted = [scope ?? scp].flat().flatMap((text) => (typeof text === "string" ? text.split(" ") : []));
  if (!granted.some((name) => scopes.includes(name))) {
    throw new Refusal("SCOPE_MISSING", "The token has none of the required scopes.");
  }
}
