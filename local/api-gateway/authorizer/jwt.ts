/** Edge (network): the JWT authorizer of an HTTP API; finds the issuer's keys by OpenID Connect discovery. */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { type Authorization, forbidden, type Refusal, unauthorized } from "./authorization.ts";
import { toClaimStrings } from "./claims.ts";

/** Which tokens are accepted. */
export interface JwtAuthorizerOptions {
  /** Exactly the tokens' `iss`, with or without a slash at the end as the provider has it. */
  issuer: string;
  /** The token's `aud`, or its `client_id` if it has no `aud`, must be one of these. */
  audience: readonly string[];
  /** The token needs one of these in `scope` or `scp`. @default - no scope is needed */
  scopes?: readonly string[];
}

/**
 * Creates the authorizer: a function that checks the value of an `Authorization` header.
 *
 * The keys are fetched for the first token and kept. Tokens without a `kid`, with a `kid` that the issuer does not
 * publish, or with an algorithm other than RS256, RS384 and RS512 are refused, as on AWS.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function createJwtAuthorizer({ issuer, audience, scopes: required = [] }: JwtAuthorizerOptions) {
  const keyOf = createKeyFinder(issuer);

  return async (authorization: string | undefined): Promise<Authorization> => {
    const token = authorization?.replace(/^Bearer /i, "").trim();
    if (!token) return unauthorized("the header authorization is missing", { "www-authenticate": "Bearer" });
    try {
      const { payload } = await jwtVerify(token, keyOf, { issuer, algorithms: ALGORITHMS, requiredClaims: ["exp"] });
      if (!isFor(audience, payload)) return invalidToken("the token does not have a valid audience");
      if (Number(payload.iat ?? 0) > Date.now() / 1000) return invalidToken("the token was issued in the future");

      const scopes = scopesOf(payload);
      if (required.length > 0 && !required.some((scope) => scopes.includes(scope))) return insufficientScope(required);
      const claims = toClaimStrings(payloadOf(token));
      return { context: { jwt: { claims, scopes: required.length > 0 ? scopes : null } } };
    } catch (error) {
      return invalidToken(reasonOf(error));
    }
  };
}

const ALGORITHMS = ["RS256", "RS384", "RS512"];

/** Discovers the issuer's key set once; after a failure, the next token tries again. */
function createKeyFinder(issuer: string): JWTVerifyGetKey {
  let keySet: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    if (!header.kid) throw new errors.JWKSNoMatchingKey();
    keySet ??= discoverKeySet(issuer);
    keySet.catch(() => {
      keySet = undefined;
    });
    return (await keySet)(header, token);
  };
}

async function discoverKeySet(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const { jwks_uri } = (await response.json()) as { jwks_uri: string };
  return createRemoteJWKSet(new URL(jwks_uri));
}

function isFor(audience: readonly string[], { aud, client_id }: JWTPayload): boolean {
  return [aud ?? client_id].flat().some((value) => typeof value === "string" && audience.includes(value));
}

function scopesOf({ scope, scp }: JWTPayload): string[] {
  const granted = scope ?? scp ?? [];
  return Array.isArray(granted) ? granted.map(String) : String(granted).split(" ");
}

function payloadOf(token: string): string {
  return Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
}

function invalidToken(reason: string): Refusal {
  const header = `Bearer scope="" error="invalid_token" error_description="${reason}"`;
  return unauthorized(reason, { "www-authenticate": header });
}

function insufficientScope(scopes: readonly string[]): Refusal {
  const header = `Bearer scope="${scopes.join(" ")}" error="insufficient_scope"`;
  return forbidden(`the token has none of the scopes ${scopes.join(" ")}`, { "www-authenticate": header });
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "the token has expired";
  if (error instanceof errors.JWTClaimValidationFailed) return `the claim ${error.claim} is not valid`;
  if (error instanceof errors.JOSEAlgNotAllowed) return "the signing algorithm is not RS256, RS384 or RS512";
  if (error instanceof errors.JOSEError) return "the token cannot be verified";
  return "OIDC discovery endpoint communication error";
}
