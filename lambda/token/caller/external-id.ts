/** Pure: an identity provider's id -> Mindset's `externalId`. Frozen: a changed result gives users new accounts. */
import { createHash } from "node:crypto";

const ACCEPTED_BY_MINDSET = /^[A-Za-z0-9_-]{1,100}$/;
const RESERVED_PREFIX = /^x--/i;
const MAX_LENGTH = 100;

/**
 * Tells whether Mindset takes the subject unchanged. Ids that begin with the reserved `x--` do not pass,
 * so no subject can pose as the encoded form of another.
 */
export function isValidExternalId(subject: string): boolean {
  return ACCEPTED_BY_MINDSET.test(subject) && !RESERVED_PREFIX.test(subject);
}

/**
 * Maps any well-formed subject to an `externalId`; no two subjects share one.
 *
 * @param subject e.g. `"u-42"` or `"auth0|5f7c8ec7"`; well-formed UTF-16.
 * @returns e.g. `"u-42"` (unchanged), `"x--e1-auth0_7c5f7c8ec7"` (escaped), or `"x--h1-"` and 64 hex digits (hashed).
 */
export function toExternalId(subject: string): string {
  if (isValidExternalId(subject)) return subject;
  const escaped = `x--e1-${escapeBytes(subject)}`;
  return escaped.length <= MAX_LENGTH ? escaped : `x--h1-${createHash("sha256").update(subject, "utf8").digest("hex")}`;
}

// Escapes "_" as well, which makes the escape reversible.
function escapeBytes(subject: string): string {
  return subject.replace(/[^A-Za-z0-9-]+/g, hexBytes);
}

function hexBytes(run: string): string {
  return Buffer.from(run, "utf8").toString("hex").replace(/../g, "_$&");
}
