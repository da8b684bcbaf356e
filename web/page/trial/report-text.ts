/** Pure: a report in words: the result, and what a page should do about an error. */
import type { TokenSourceErrorCode } from "../../token-source/error.ts";
import { TokenSourceError } from "../../token-source/index.ts";
import type { Observations } from "../local-protocol.ts";

/** The result of the call. */
export type Outcome = { value: unknown } | { error: unknown };

/** Everything to show. */
export interface Report {
  outcome: Outcome;
  durationMs: number;
  observations: Observations;
}

/** Gives one sentence, e.g. `No token after 1.30 s: UPSTREAM_ERROR (502)`. */
export function toHeadline({ outcome, durationMs }: Report): string {
  return "error" in outcome
    ? `No token after ${toSeconds(durationMs)}: ${toReason(outcome.error)}`
    : `Token received after ${toSeconds(durationMs)}: ${toShown(outcome.value)}`;
}

/** Says what a page should do about an error; undefined for a token and for errors of other kinds. */
export function toAdvice({ outcome, observations }: Report, isSignedIn: boolean): string | undefined {
  const error = errorOf(outcome);
  if (!error) return undefined;
  if (error.code === "SIGN_IN_REQUIRED" && isSignedIn) return "Let the user sign in again.";
  const advice = ADVICE[error.code] ?? (error.retryable ? LATER : OPERATOR); // the endpoint may be newer than this page
  const tries = observations.requests.filter(({ method }) => method === "POST").length;
  return error.retryable && tries > 0 ? `${advice} The token source tried ${toTimes(tries)}.` : advice;
}

/** Whether it helps to sign in. */
export function asksToSignIn({ outcome }: Report): boolean {
  return errorOf(outcome)?.code === "SIGN_IN_REQUIRED";
}

/** e.g. `0.04 s`. */
export function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

const LATER = "Say that the agent is not available right now, and offer to try again.";
const OPERATOR = "Say that the agent is not available. It does not help to try again: an operator must fix this.";
const DEVELOPER = "This is a mistake in the page or its settings. See the browser's console and network tab.";
const ACCOUNT = "Say that this account cannot use the agent. It does not help to sign in again as the same user.";

/** By the error's `code`. */
export const ADVICE: Record<TokenSourceErrorCode, string> = {
  SIGN_IN_REQUIRED: "Let the user sign in.",
  ACCESS_TOKEN_FAILED: DEVELOPER,
  FORBIDDEN: ACCOUNT,
  RATE_LIMITED: LATER,
  UNAVAILABLE: LATER,
  UNEXPECTED_RESPONSE: DEVELOPER,
  NETWORK: "Say that there is no connection, and offer to try again. In development: is the page's origin allowed?",
  TIME_LIMIT: LATER,
  ABORTED: "Nothing: the page itself ended the call.",
  UNAUTHENTICATED: "Let the user sign in.",
  IDENTITY_UNMAPPABLE: ACCOUNT,
  NOT_A_USER_TOKEN: DEVELOPER,
  EMAIL_NOT_VERIFIED: "Ask the user to verify the email address, then to sign in again.",
  IDENTITY_MISMATCH: DEVELOPER,
  INVALID_REQUEST: DEVELOPER,
  SERVICE_MISCONFIGURED: OPERATOR,
  INTERNAL: OPERATOR,
  UPSTREAM_ERROR: OPERATOR,
  UPSTREAM_UNREACHABLE: LATER,
  UPSTREAM_UNAVAILABLE: LATER,
  UPSTREAM_RATE_LIMITED: LATER,
  SECRET_UNAVAILABLE: LATER,
  UPSTREAM_TIMEOUT: LATER,
};

function errorOf(outcome: Report["outcome"]): TokenSourceError | undefined {
  return "error" in outcome && outcome.error instanceof TokenSourceError ? outcome.error : undefined;
}

function toTimes(count: number): string {
  return count === 1 ? "once" : `${count} times`;
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

/** Only the start: the token is for the SDK of its owner. */
function toShortToken(token: string): string {
  return `${token.slice(0, 16)}… (${token.length} characters)`;
}
