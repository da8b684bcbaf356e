/** Pure: event -> the claims that its authorizer has verified. */
import { UnauthenticatedError } from "../errors.ts";
import type { IdentitySettings } from "../settings.ts";

/** Where each kind of authorizer puts what it has verified. */
const CONTEXT = { jwt: ["jwt", "claims"], lambda: ["lambda"] };

/**
 * @param event a payload-2.0 event; anything else carries no identity.
 * @param source the kind of authorizer; the context of the other kind is not read.
 * @returns claims by name. API Gateway's JWT authorizer hands over strings: `"u-42"`, `"[a b]"`, `"true"`.
 * @throws UnauthenticatedError when the event has no context of this kind.
 */
export function verifiedClaims(event: unknown, source: IdentitySettings["source"]): object {
  const claims = ownProperty(event, "requestContext", "authorizer", ...CONTEXT[source]);
  if (typeof claims === "object" && claims !== null) return claims;
  throw new UnauthenticatedError("Sign in first: the request carries no verified identity.");
}

/** @returns the claim with exactly this name, else the one at this path, e.g. `realm_access.roles`. */
export function findClaim(claims: object, name: string): unknown {
  return ownProperty(claims, name) ?? ownProperty(claims, ...name.split("."));
}

/** @returns the value at the path, e.g. `"requestContext", "authorizer"`; undefined when absent or inherited. */
export function ownProperty(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((parent, name) => {
    const isOwn = typeof parent === "object" && parent !== null && Object.hasOwn(parent, name);
    return isOwn ? (parent as Record<string, unknown>)[name] : undefined;
  }, value);
}
