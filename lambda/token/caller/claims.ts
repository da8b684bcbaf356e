/** Pure: event -> the claims that its authorizer has verified. */
import { ownProperty } from "../../find-claim.ts";
import { UnauthenticatedError } from "../errors.ts";
import type { IdentitySettings } from "../settings.ts";

/** Where each kind of authorizer puts what it has verified. */
const CONTEXT = { jwt: ["jwt", "claims"], lambda: ["lambda"] };

/**
 * @param event a payload-2.0 event; anything else has no identity.
 * @param source the kind of authorizer; the context of the other kind is not read.
 * @returns claims by name. API Gateway's JWT authorizer passes strings: `"u-42"`, `"[a b]"`, `"true"`.
 * @throws UnauthenticatedError when the event has no context of this kind.
 */
export function verifiedClaims(event: unknown, source: IdentitySettings["source"]): object {
  const claims = ownProperty(event, "requestContext", "authorizer", ...CONTEXT[source]);
  if (typeof claims === "object" && claims !== null) return claims;
  throw new UnauthenticatedError("Sign in first: the request has no verified identity.");
}
