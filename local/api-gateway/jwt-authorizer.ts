/** Edge (network): API Gateway's JWT authorizer; finds the issuer's keys by OpenID Connect discovery. */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { type GatewayResponse, gatewayMessage } from "./response.ts";

/** Whose tokens are accepted, and for whom. */
export interface JwtAuthorizerOptions {
  /** Exactly the tokens' `iss`, with or without a slash at the end as the provider has it. */
  issuer: string;
  /** The token's `aud`, or its `client_id` when it has no `aud`, must be one of these. */
  audience: readonly string[];
  /** The token needs one of these in `scope` or `scp`. @default - none */
  scopes?: readonly string[];
}

/** What becomes of a request: let through with its claims, or refused with 401 or 403. */
export type Authorization = { claims: JWTPayload; scopes: string[] | null } | { refusal: GatewayResponse };

/**
 * Makes the function that checks a request's `Authorization` header.
 *
 * The keys are fetched at the first token and kept. A token without a `kid`, or with one that the issuer does not
 * know, is refused, and so is every algorithm but RS256.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function createJwtAuthorizer({ issuer, audience, scopes: required = [] }: JwtAuthorizerOptions) {
  const keyOf = createKeyFinder(issuer);

  return async (authorization: string | undefined): Promise<Authorization> => {
    const token = authorization?.replace(/^Bearer /i, "").trim();
    if (!token) return unauthorized("Bearer");
    try {
      const { payload } = await jwtVerify(token, keyOf, { issuer, algorithms: ["RS256"], requiredClaims: ["exp"] });
      if (!isFor(audience, payload)) return invalidToken("the token does not have a valid audience");
      if (Number(payload.iat ?? 0) > Date.now() / 1000) return invalidToken("the token was issued in the future");

      const scopes = scopesOf(payload);
      if (required.length === 0) return { claims: payload, scopes: null };
      if (required.some((scope) => scopes.includes(scope))) return { claims: payload, scopes };
      return forbidden(required);
    } catch (error) {
      return invalidToken(reasonOf(error));
    }
  };
}

/** Discovery happens once; when it fails, the next token tries again. */
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

function unauthorized(wwwAuthenticate: string): Authorization {
  return {
    refusal: gatewayMessage(401, "Unauthorized", { "www-authenticate": wwwAuthenticate }),
  };
}

function invalidToken(reason: string): Authorization {
  return unauthorized(`Bearer scope="" error="invalid_token" error_description="${reason}"`);
}

function forbidden(scopes: readonly string[]): Authorization {
  return {
    refusal: gatewayMessage(403, "Forbidden", {
      "www-authenticate": `Bearer scope="${scopes.join(" ")}" error="insufficient_scope"`,
    }),
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "the token has expired";
  if (error instanceof errors.JWTClaimValidationFailed) return `the claim ${error.claim} is not valid`;
  if (error instanceof errors.JOSEAlgNotAllowed) return "the signing method is not RS256";
  if (error instanceof errors.JOSEError) return "the token cannot be verified";
  return "OIDC discovery endpoint communication error";
}
