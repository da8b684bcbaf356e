/** Pure: what a page should do about each error of the token source. */
import type { TokenSourceErrorCode } from "../../token-source/error.ts";

const SIGN_IN = "Let the user sign in again.";
const LATER =
  "Say that the agent is not available right now, and offer to try again. The token source has tried by itself.";
const OPERATOR = "Say that the agent is not available. Trying again does not help; whoever runs the endpoint must act.";
const DEVELOPER = "This is a mistake in the page or its settings. Look into the browser's console and network tab.";
const ACCOUNT = "Say that this account cannot use the agent. Signing in again as the same user does not help.";

/** By the error's `code`. */
export const ADVICE: Record<TokenSourceErrorCode, string> = {
  SIGN_IN_REQUIRED: SIGN_IN,
  ACCESS_TOKEN_FAILED: DEVELOPER,
  FORBIDDEN: ACCOUNT,
  RATE_LIMITED: LATER,
  UNAVAILABLE: LATER,
  UNEXPECTED_RESPONSE: DEVELOPER,
  NETWORK: "Say that there is no connection, and offer to try again. In development: is the page's origin allowed?",
  TIME_LIMIT: LATER,
  ABORTED: "Nothing: the page itself has ended the call.",
  UNAUTHENTICATED: SIGN_IN,
  IDENTITY_UNMAPPABLE: ACCOUNT,
  NOT_A_USER_TOKEN: DEVELOPER,
  EMAIL_NOT_VERIFIED: "Ask the user to confirm the e-mail address, then to sign in again.",
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
