/** Pure: what came of a call, in words. */
import { TokenSourceError } from "../../token-source/index.ts";
import { ADVICE } from "./advice.ts";
import type { Outcome, Report } from "./trial.ts";

/** One sentence, e.g. `No token after 1.3 s: UPSTREAM_ERROR (502)`. */
export function toHeadline({ outcome, durationMs }: Report): string {
  return "error" in outcome
    ? `No token after ${toSeconds(durationMs)}: ${toReason(outcome.error)}`
    : `Token received after ${toSeconds(durationMs)}: ${toShown(outcome.value)}`;
}

/** What a page should do about it; absent when all is well. */
export function toAdvice(outcome: Outcome): string | undefined {
  return "error" in outcome && outcome.error instanceof TokenSourceError ? ADVICE[outcome.error.code] : undefined;
}

/** Whether signing in again would help. */
export function asksToSignIn(outcome: Outcome): boolean {
  return "error" in outcome && outcome.error instanceof TokenSourceError && outcome.error.code === "SIGN_IN_REQUIRED";
}

/** e.g. `0.04 s`. */
export function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** A token is for its owner's SDK, so that its beginning is all there is to see. */
export function toShortToken(token: string): string {
  return `${token.slice(0, 16)}… (${token.length} characters)`;
}

function toReason(error: unknown): string {
  if (!(error instanceof TokenSourceError)) return String(error);
  const requestId = error.requestId ? `, request ${error.requestId}` : "";
  return `${error.code}${error.status ? ` (${error.status}${requestId})` : ""}`;
}

function toShown(value: unknown): string {
  if (typeof value === "string") return toShortToken(value);
  return `{ token: ${toShortToken(Object(value).token ?? "")} }`;
}
