/** Pure: what API Gateway's JWT authorizer has verified -> Caller. */
import {
  EmailNotVerifiedError,
  IdentityMismatchError,
  IdentityUnmappableError,
  UnauthenticatedError,
} from "../errors.ts";
import type { IdentitySettings } from "../settings.ts";
import { isValidExternalId, toExternalId } from "./external-id.ts";
import { toFriendlyName } from "./friendly-name.ts";

/** The user a token is minted for; nothing in it comes from anywhere but verified claims. */
export interface Caller {
  /** The identity claim as it stands in the JWT, e.g. `"auth0|5f7c8ec7"`; never empty. */
  subject: string;
  /** The same user as Mindset knows it, e.g. `{ externalId: "x--e1-auth0_7c5f7c8ec7" }`. */
  mindsetUser: { externalId: string } | { userEmail: string };
  /** The name claim, cleaned, if there is one. */
  name: string | undefined;
}

const MAX_SUBJECT_LENGTH = 2_048;
const MAX_EMAIL_LENGTH = 100;
const EMAIL = /^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+$/u;

/**
 * Reads who is asking from the claims that API Gateway has verified.
 *
 * @param event a payload-2.0 event; anything else holds no identity. Claims are strings: `"[a b]"`, `"true"`.
 * @throws UnauthenticatedError when the event has no JWT authorizer context.
 * @throws IdentityUnmappableError when the identity claim is absent, empty or cannot be a Mindset user.
 * @throws EmailNotVerifiedError when e-mail addresses identify users and this one is not verified.
 * @see RFC 7519 section 4.1.2
 */
export function callerFromEvent(event: unknown, identity: IdentitySettings): Caller {
  const claims = own(own(own(own(event, "requestContext"), "authorizer"), "jwt"), "claims");
  if (typeof claims !== "object" || claims === null) {
    throw new UnauthenticatedError("Sign in first: the request carries no verified identity.");
  }
  const name = toFriendlyName(own(claims, identity.nameClaim));
  if (identity.field === "userEmail") {
    const userEmail = verifiedEmail(claims);
    return { subject: userEmail, mindsetUser: { userEmail }, name };
  }
  const subject = subjectOf(claims, identity.claim);
  return { subject, mindsetUser: { externalId: externalIdOf(subject, identity.mapping) }, name };
}

/**
 * Refuses a path that names somebody else: `GET /api/getusertoken/{currentUserId}` serves only the caller's own id.
 *
 * @param event a payload-2.0 event; without that path parameter there is nothing to compare.
 * @throws IdentityMismatchError when the id is neither the caller's subject nor its id at Mindset.
 */
export function assertPathIsCallers(event: unknown, { subject, mindsetUser }: Caller): void {
  const named = own(own(event, "pathParameters"), "currentUserId");
  if (named === undefined && !String(own(event, "routeKey")).endsWith("/{currentUserId}")) return;
  const ids = [subject, ...Object.values(mindsetUser)];
  if (!ids.some((id) => id === named || id === decoded(named))) {
    throw new IdentityMismatchError("The id in the path is not yours: a token is only given for the signed-in user.");
  }
}

function own(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function subjectOf(claims: object, claim: string): string {
  const subject = own(claims, claim);
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
      "This user's id may only hold letters, digits, _ and -, at most 100 of them, and not begin with x--.",
    );
  }
  return toExternalId(subject);
}

function verifiedEmail(claims: object): string {
  const email = own(claims, "email");
  if (typeof email !== "string" || email.length > MAX_EMAIL_LENGTH || !email.isWellFormed() || !EMAIL.test(email)) {
    throw new IdentityUnmappableError(
      `The sign-in carries no claim "email" with an e-mail address of at most ${MAX_EMAIL_LENGTH} characters.`,
    );
  }
  // A boolean claim reaches the function as a string.
  if (![true, "true"].includes(own(claims, "email_verified") as boolean | string)) {
    throw new EmailNotVerifiedError("Verify your e-mail address first: the sign-in does not vouch for it.");
  }
  return email;
}

// API Gateway decodes path parameters; some clients encode them twice.
function decoded(pathParameter: unknown): string | undefined {
  try {
    return decodeURIComponent(String(pathParameter));
  } catch {
    return undefined;
  }
}
