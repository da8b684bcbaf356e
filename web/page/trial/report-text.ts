/** Pure: what came of a call, in words. */
import { TokenSourceError } from "../../token-source/index.ts";
import { ADVICE } from "./advice.ts";
import type { Outcome, Report } from "./trial.ts";

/** One sentence, e.g. `No token after 1.3 s: UPSTREAM_ERROR (502)`. */
export const toHeadline = ({ outcome, durationMs }: Report): string =>
  "error" in outcome
    ? `No token after ${toSeconds(durationMs)}: ${toReason(outcome.error)}`
    : `Token received after ${toSeconds(durationMs)}: ${toShown(outcome.value)}`;

/** What a page should do about it; absent when all is well. */
export const toAdvice = (outcome: Outcome): string | undefined =>
  "error" in outcome && outcome.error instanceof TokenSourceError ? ADVICE[outcome.error.code] : undefined;

/** Whether signing in again would help. */
export const asksToSignIn = (outcome: Outcome): boolean =>
  "error" in outcome && outcome.error instanceof TokenSourceError && outcome.error.code === "SIGN_IN_REQUIRED";

/** e.g. `0.04 s`. */
export const toSeconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** A token is for its owner's SDK, so that its beginning is all there is to see. */
export const toShortToken = (token: string): string => `${token.slice(0, 16)}… (${token.length} characters)`;

const toReason = (error: unknown): string => {
  if (!(error instanceof TokenSourceError)) return String(error);
  const requestId = error.requestId ? `, request ${error.requestId}` : "";
  return `${error.code}${error.status ? ` (${error.status}${requestId})` : ""}`;
};

const toShown = (value: unknown): string => {
  if (typeof value === "string") return toShortToken(value);
  return `{ token: ${toShortToken(Object(value).token ?? "")} }`;
};
