/** Every reason not to let a request through, and the status that API Gateway then answers with. Pure. */

/** Code to status. A 401 tells the page to sign in again; a 403 tells it that this would not help; a 500 is an internal error. */
export const REFUSALS = {
  CREDENTIALS_MISSING: 401,
  TOKEN_MALFORMED: 401,
  TOKEN_TYPE: 401,
  TOKEN_ALGORITHM: 401,
  TOKEN_CRITICAL_HEADER: 401,
  ISSUER_UNKNOWN: 401,
  KEY_UNKNOWN: 401,
  SIGNATURE_INVALID: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_NOT_YET_VALID: 401,
  AUDIENCE_MISMATCH: 401,
  SESSION_NOT_SIGNED_IN: 401,
  SCOPE_MISSING: 403,
  REQUIRED_CLAIM_MISMATCH: 403,
  ORIGIN_NOT_ALLOWED: 403,
  COOKIE_DUPLICATED: 403,
  ISSUER_UNAVAILABLE: 500,
  USERINFO_UNAVAILABLE: 500,
  USERINFO_INVALID: 500,
  CONFIG_INVALID: 500,
  INTERNAL: 500,
} as const;

/** e.g. `"TOKEN_EXPIRED"`. */
export type RefusalCode = keyof typeof REFUSALS;

/** The request is not let through. `message` is for the log; it never contains a token, cookie or claim. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }

  get status(): 401 | 403 | 500 {
    return REFUSALS[this.code];
  }
}
