/** Pure: verified claims -> the caller's email address. */
import { ownProperty } from "../../find-claim.ts";
import { EmailNotVerifiedError, IdentityUnmappableError } from "../errors.ts";

const MAX_LENGTH = 100;
// Printable ASCII without brackets, quotes and list separators: one address that every system reads alike.
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_|~-]+@[A-Za-z0-9.-]+$/;

/** @throws IdentityUnmappableError unless the claim `email` is an address that Mindset accepts. */
export function emailOf(claims: object): string {
  const email = ownProperty(claims, "email");
  if (typeof email === "string" && email.length <= MAX_LENGTH && ADDRESS.test(email)) return email;
  throw new IdentityUnmappableError(
    `The sign-in has no claim "email" with an email address in ASCII of at most ${MAX_LENGTH} characters.`,
  );
}

/** @throws EmailNotVerifiedError unless the claim `email_verified` is true; API Gateway passes it as `"true"`. */
export function assertEmailVerified(claims: object): void {
  const verified = ownProperty(claims, "email_verified");
  if (verified === true || verified === "true") return;
  throw new EmailNotVerifiedError("Verify your email address first: your identity provider reports it as unverified.");
}
