/** Selects the claims that the token function needs, as a flat context of strings. Pure. */
import { findClaim } from "../find-claim.ts";
import { Refusal } from "./refusal.ts";

/** Verified claims, or the answer of the userinfo URL. */
export type Claims = Record<string, unknown>;

/** What API Gateway passes to the token function as `requestContext.authorizer.lambda`. */
export type AuthorizerContext = Record<string, string>;

/**
 * Selects claims as plain strings: text, safe integers, and whether an email address is verified. Others are left out: many callers
 * share a boolean, and numbers that are not safe integers have lost digits, so that two of them could look the same.
 *
 * @returns e.g. `{ sub: "u-42", email_verified: "true" }`.
 */
export function toPlainContext(claims: Claims, names: readonly string[]): AuthorizerContext {
  return toContext(names, (name) => {
    const value = findClaim(claims, name);
    return name === "email_verified" && typeof value === "boolean" ? String(value) : toPlainText(value);
  });
}

/**
 * Selects claims as JSON text, so that lists keep their items. Numbers that are not safe integers become null, as above.
 *
 * @returns e.g. `{ groups: '["staff","ops"]', org_role: '"admin"' }`.
 */
export function toJsonContext(claims: Claims, names: readonly string[]): AuthorizerContext {
  return toContext(names, (name) => JSON.stringify(findClaim(claims, name), withoutUnsafeNumbers));
}

function withoutUnsafeNumbers(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isSafeInteger(value) ? null : value;
}

/** @returns undefined for anything but well-formed text or a safe integer. */
export function toPlainText(value: unknown): string | undefined {
  if (typeof value === "string") return value.isWellFormed() ? value : undefined;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** @throws Refusal REQUIRED_CLAIM_MISMATCH unless each claim has, or lists, one of its allowed values. */
export function assertRequiredClaims(claims: Claims, required: Record<string, string[]> = {}): void {
  for (const [name, allowed] of Object.entries(required)) {
    const values = [findClaim(claims, name)].flat();
    if (!values.some((value) => isScalar(value) && allowed.includes(String(value)))) {
      throw new Refusal("REQUIRED_CLAIM_MISMATCH", `The claim "${name}" has none of the required values.`);
    }
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value);
}

function toContext(names: readonly string[], textOf: (name: string) => string | undefined): AuthorizerContext {
  const entries = names.map((name) => [name, textOf(name)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
