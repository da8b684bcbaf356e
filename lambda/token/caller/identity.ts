/** Pure: the claims that the authorizer has verified -> Caller. */
import { ownProperty } from "../../find-claim.ts";
import type { GrantsData } from "../../grants-data.ts";
import { ISSUER_ALIAS, USERS_ONLY_CLAIMS } from "../../sign-in-settings.ts";
import { IdentityUnmappableError } from "../errors.ts";
import type { IdentitySettings } from "../settings.ts";
import { verifiedClaims } from "./claims.ts";
import { assertEmailVerified, emailOf } from "./email.ts";
import { isValidExternalId, MAX_SUBJECT_LENGTH, toExternalId } from "./external-id.ts";
import { toFriendlyName } from "./friendly-name.ts";
import { type Grant, grant } from "./grants.ts";
import { assertUserToken } from "./users-only.ts";

/** The user who gets the token; everything here comes from verified claims. */
export interface Caller {
  /** The identity claim as it is in the JWT, e.g. `"auth0|5f7c8ec7"`; never empty. */
  subject: string;
  /** The same user as Mindset knows it, e.g. `{ externalId: "x--e1-auth0_7c5f7c8ec7" }`. */
  mindsetUser: { externalId: string } | { userEmail: string };
  /** Tells apart users of several issuers; undefined for the issuer without an alias. */
  issuerAlias?: string;
  /** The name claim, cleaned; undefined if the sign-in has no usable one. */
  name: string | undefined;
  /** What the rules of the configuration grant; undefined when none matches. */
  granted?: Grant;
}

/**
 * Reads who is calling.
 *
 * @throws UnauthenticatedError when the event has no verified identity.
 * @throws NotAUserTokenError when the token is an application's own, or an ID token.
 * @throws IdentityUnmappableError when the identity claim is absent, empty or cannot be a Mindset user.
 * @throws EmailNotVerifiedError when email addresses identify users and this one is not verified.
 * @see RFC 7519 section 4.1.2
 */
export function callerFromEvent(event: unknown, identity: IdentitySettings, grants?: GrantsData): Caller {
  const claims = verifiedClaims(event, identity.source);
  assertUserToken(claims, ownProperty(claims, identity.claim), identity);
  const name = toFriendlyName(ownProperty(claims, identity.nameClaim));
  const issuerAlias = identity.source === "lambda" ? issuerAliasOf(claims, identity) : undefined;
  const granted =
    grants && grant(grants, { claims, source: identity.source, issuerAlias, plainClaims: plainClaimsOf(identity) });
  if (identity.field === "userEmail") {
    const userEmail = emailOf(claims);
    assertEmailVerified(claims);
    return { subject: userEmail, mindsetUser: { userEmail }, name, granted };
  }
  const subject = subjectOf(claims, identity.claim);
  if (identity.claim === "email") assertEmailVerified(claims);
  const externalId = externalIdOf(subject, identity.mapping, issuerAlias);
  return { subject, issuerAlias, mindsetUser: { externalId }, name, granted };
}

/** The issuer's alias, from our authorizer function or your own Lambda authorizer. */
function issuerAliasOf(claims: object, { field, mapping }: IdentitySettings): string | undefined {
  const alias = ownProperty(claims, "issuerAlias");
  if (alias === undefined) return undefined;
  if (typeof alias !== "string" || !ISSUER_ALIAS.test(alias)) {
    throw new IdentityUnmappableError("The authorizer's issuerAlias must be 1 to 16 lower-case letters and digits.");
  }
  if (field === "userEmail" || mapping === "strict") {
    // Without the alias in the id, users of two issuers could be one.
    throw new IdentityUnmappableError("An issuerAlias needs identityField externalId and identityMapping auto.");
  }
  return alias;
}

/** The claims that our authorizer passes as plain text, also when a rule names them. `scp` is a list. */
function plainClaimsOf({ claim, nameClaim }: IdentitySettings): string[] {
  const usersOnly = USERS_ONLY_CLAIMS.filter((name) => name !== "scp");
  return [...usersOnly, claim, nameClaim, "name", "email", "email_verified"];
}

function subjectOf(claims: object, claim: string): string {
  const subject = ownProperty(claims, claim);
  if (typeof subject !== "string" || subject === "") {
    throw new IdentityUnmappableError(`The sign-in has no claim "${claim}", which identifies the user here.`);
  }
  if (subject.length > MAX_SUBJECT_LENGTH || !subject.isWellFormed()) {
    throw new IdentityUnmappableError(
      `The claim "${claim}" must be well-formed Unicode of at most ${MAX_SUBJECT_LENGTH} characters.`,
    );
  }
  if (subject.startsWith("[") && subject.endsWith("]")) {
    // API Gateway writes the lists ["a","b"] and ["a b"] alike, so two users could become one.
    throw new IdentityUnmappableError(`The claim "${claim}" must be a single value, without brackets around it.`);
  }
  return subject;
}

function externalIdOf(subject: string, mapping: IdentitySettings["mapping"], issuerAlias?: string): string {
  if (mapping === "strict" && !isValidExternalId(subject)) {
    throw new IdentityUnmappableError(
      "The user's id may only have letters, digits, _ and -, at most 100 of them, and must not begin with x--.",
    );
  }
  return toExternalId(subject, issuerAlias);
}
