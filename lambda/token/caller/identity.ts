/** Pure: the claims that the authorizer has verified -> Caller. */
import { EmailNotVerifiedError, IdentityUnmappableError } from "../errors.ts";
import type { IdentitySettings } from "../settings.ts";
import { ownProperty, verifiedClaims } from "./claims.ts";
import { isValidExternalId, toExternalId } from "./external-id.ts";
import { toFriendlyName } from "./friendly-name.ts";

/** The user who gets the token; everything here comes from verified claims. */
export interface Caller {
  /** The identity claim as it stands in the JWT, e.g. `"auth0|5f7c8ec7"`; never empty. */
  subject: string;
  /** The same user as Mindset knows it, e.g. `{ externalId: "x--e1-auth0_7c5f7c8ec7" }`. */
  mindsetUser: { externalId: string } | { userEmail: string };
  /** The name claim, cleaned; undefined when there is none. */
  name: string | undefined;
}

const MAX_SUBJECT_LENGTH = 2_048;
const MAX_EMAIL_LENGTH = 100;
const EMAIL = /^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+$/u;

/**
 * Reads who is calling.
 *
 * @throws UnauthenticatedError when the event carries no verified identity.
 * @throws IdentityUnmappableError when the identity claim is absent, empty or cannot be a Mindset user.
 * @throws EmailNotVerifiedError when e-mail addresses identify users and this one is not verified.
 * @see RFC 7519 section 4.1.2
 */
export function callerFromEvent(event: unknown, identity: IdentitySettings): Caller {
  const claims = verifiedClaims(event);
  const name = toFriendlyName(ownProperty(claims, identity.nameClaim));
  if (identity.field === "userEmail") {
    const userEmail = verifiedEmail(claims);
    return { subject: userEmail, mindsetUser: { userEmail }, name };
  }
  const subject = subjectOf(claims, identity.claim);
  return { subject, mindsetUser: { externalId: externalIdOf(subject, identity.mapping) }, name };
}

function subjectOf(claims: object, claim: string): string {
  const subject = ownProperty(claims, claim);
  if (typeof subject !== "string" || subject === "") {
    throw new IdentityUnmappableError(`The sign-in carries no claim "${claim}", which identifies the user here.`);
  }
  if (subject.length > MAX_SUBJECT_LENGTH || !subject.isWellFormed()) {
    throw new IdentityUnmappableError(
      `The claim "${claim}" must be well-formed Unicode of at most ${MAX_SUBJECT_LENGTH} characters.`,
    );
  }
  return subject;
}

function externalIdOf(subject: string, mapping: IdentitySettings["mapping"]): string {
  if (mapping === "strict" && !isValidExternalId(subject)) {
    throw new IdentityUnmappableError(
      "The user's id may only have letters, digits, _ and -, at most 100 of them, and must not begin with x--.",
    );
  }
  return toExternalId(subject);
}

function verifiedEmail(claims: object): string {
  const email = ownProperty(claims, "email");
  if (typeof email !== "string" || email.length > MAX_EMAIL_LENGTH || !email.isWellFormed() || !EMAIL.test(email)) {
    throw new IdentityUnmappableError(
      `The sign-in carries no claim "email" with an e-mail address of at most ${MAX_EMAIL_LENGTH} characters.`,
    );
  }
  // API Gateway hands a boolean claim over as a string.
  if (![true, "true"].includes(ownProperty(claims, "email_verified") as boolean | string)) {
    throw new EmailNotVerifiedError(
      "Verify your e-mail address first: your identity provider reports it as unverified.",
    );
  }
  return email;
}
