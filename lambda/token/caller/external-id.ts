/** Pure: an identity provider's id -> Mindset's `externalId`. Frozen: a changed result gives users new accounts. */
import { createHash } from "node:crypto";

/** Characters of the longest subject that is mapped. */
export const MAX_SUBJECT_LENGTH = 2_048;

const ACCEPTED_BY_MINDSET = /^[A-Za-z0-9_-]{1,100}$/;
const RESERVED_PREFIX = /^x--/i;
const MAX_LENGTH = 100;
const ESCAPED = /^x--(?:e1-|i1-(?<alias>[a-z0-9]{1,16})-)(?<escaped>[\w-]+)$/;
const HASHED = /^x--(?:h1-|j1-(?<alias>[a-z0-9]{1,16})-)(?<sha256>[0-9a-f]{64})$/;

/**
 * Tells whether Mindset accepts the subject unchanged. Ids that begin with the reserved `x--` do not pass,
 * so no subject can be mistaken for the encoded form of another.
 */
export function isValidExternalId(subject: string): boolean {
  return ACCEPTED_BY_MINDSET.test(subject) && !RESERVED_PREFIX.test(subject);
}

/**
 * Maps any well-formed subject to an `externalId`; no two subjects share one.
 *
 * @param subject e.g. `"u-42"` or `"auth0|5f7c8ec7"`; well-formed UTF-16.
 * @param issuerAlias `[a-z0-9]{1,16}`, for users of one of several issuers. @default - the issuer without an alias
 * @returns e.g. `"u-42"` (unchanged), `"x--e1-auth0_7c5f7c8ec7"` (escaped), or `"x--h1-"` and 64 hex digits (hashed);
 *   with an alias `"x--i1-partner-u-42"` (escaped), or `"x--j1-partner-"` and 64 hex digits (hashed).
 */
export function toExternalId(subject: string, issuerAlias?: string): string {
  if (issuerAlias === undefined && isValidExternalId(subject)) return subject;
  const alias = issuerAlias === undefined ? undefined : `${issuerAlias}-`;
  const escaped = (alias ? `x--i1-${alias}` : "x--e1-") + escapeBytes(subject);
  if (escaped.length <= MAX_LENGTH) return escaped;
  return (alias ? `x--j1-${alias}` : "x--h1-") + createHash("sha256").update(subject, "utf8").digest("hex");
}

/** What an `externalId` says about the user; a hash can only be computed and compared. */
export type DecodedExternalId =
  | { form: "unchanged" | "escaped"; subject: string; issuerAlias?: string }
  | { form: "hashed"; sha256: string; issuerAlias?: string };

/**
 * Undoes {@link toExternalId}.
 *
 * @param externalId e.g. `"x--e1-auth0_7c5f7c8ec7"`.
 * @returns e.g. `{ form: "escaped", subject: "auth0|5f7c8ec7" }`; undefined for an id that the mapping never gives.
 */
export function decodeExternalId(externalId: string): DecodedExternalId | undefined {
  if (isValidExternalId(externalId)) return { form: "unchanged", subject: externalId };
  const { sha256, alias: aliasOfHashed } = HASHED.exec(externalId)?.groups ?? {};
  if (sha256 !== undefined) return { form: "hashed", sha256, issuerAlias: aliasOfHashed };
  const { escaped, alias: issuerAlias } = ESCAPED.exec(externalId)?.groups ?? {};
  const subject = unescapeBytes(escaped);
  // A second spelling of the same subject, such as "_41" for "A", is never a result of the mapping.
  if (subject === undefined || toExternalId(subject, issuerAlias) !== externalId) return undefined;
  return { form: "escaped", subject, issuerAlias };
}

// Escapes "_" as well, which makes the escape reversible.
function escapeBytes(subject: string): string {
  return subject.replace(/[^A-Za-z0-9-]+/g, hexBytes);
}

function unescapeBytes(escaped: string | undefined): string | undefined {
  try {
    return escaped && decodeURIComponent(escaped.replace(/_/g, "%"));
  } catch {
    return undefined;
  }
}

function hexBytes(run: string): string {
  return Buffer.from(run, "utf8").toString("hex").replace(/../g, "_$&");
}
