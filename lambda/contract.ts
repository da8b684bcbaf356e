/** Pure (imports nothing): the contract shared by the functions, the stack that deploys them and the pages that call them. */

/** The path that every route begins with. */
export const TOKEN_PATH = "/api/getusertoken";

/** The routes of the HTTP API, in API Gateway's notation. All of them require a verified caller. */
export const ROUTES = [
  { method: "POST", path: TOKEN_PATH },
  { method: "GET", path: TOKEN_PATH },
  { method: "GET", path: `${TOKEN_PATH}/{currentUserId}` },
] as const;

/** The CORS policy for the allowed origins (Fetch standard); API Gateway enforces it. */
export const CORS = {
  allowMethods: ["GET", "POST"],
  allowHeaders: ["authorization", "content-type"],
  exposeHeaders: ["x-request-id", "retry-after"],
  maxAgeSeconds: 3_600,
} as const;

/**
 * Every error code that a caller can see: its HTTP status, whether a retry may help, and after how many seconds.
 * INVALID_REQUEST also has the status 413 (the body is too large) and 403 (the page may not send cookies).
 * The log has a more exact code.
 */
export const PUBLIC_ERRORS = {
  UNAUTHENTICATED: { status: 401, retryable: false },
  IDENTITY_UNMAPPABLE: { status: 403, retryable: false },
  NOT_A_USER_TOKEN: { status: 403, retryable: false },
  EMAIL_NOT_VERIFIED: { status: 403, retryable: false },
  IDENTITY_MISMATCH: { status: 403, retryable: false },
  INVALID_REQUEST: { status: 400, retryable: false },
  SERVICE_MISCONFIGURED: { status: 500, retryable: false },
  INTERNAL: { status: 500, retryable: false },
  UPSTREAM_ERROR: { status: 502, retryable: false },
  UPSTREAM_UNREACHABLE: { status: 502, retryable: true, retryAfterSeconds: 2 },
  UPSTREAM_UNAVAILABLE: { status: 503, retryable: true, retryAfterSeconds: 2 },
  UPSTREAM_RATE_LIMITED: { status: 503, retryable: true, retryAfterSeconds: 5 },
  SECRET_UNAVAILABLE: { status: 503, retryable: true, retryAfterSeconds: 5 },
  UPSTREAM_TIMEOUT: { status: 504, retryable: true, retryAfterSeconds: 2 },
} as const satisfies Record<string, { status: number; retryable: boolean; retryAfterSeconds?: number }>;

/** The stable `code` of an error body, e.g. `"UPSTREAM_TIMEOUT"`. */
export type PublicErrorCode = keyof typeof PUBLIC_ERRORS;

/** The JSON body of every response of the function without a token. */
export interface ErrorBody {
  code: PublicErrorCode;
  /** For a developer; says nothing about other users, the key or Mindset. */
  message: string;
  /** As in the `x-request-id` header and in the log. */
  requestId: string;
  retryable: boolean;
}

/** The JSON body of a 200. */
export interface TokenBody {
  /** Opaque; for `mindset.init()` of the caller's own page. */
  authToken: string;
}

/** The environment variables that the stack sets and the function reads; all values are strings. */
export interface FunctionEnvironment {
  /** `a.api.mindset.ai`, `host:port` or, for a fake, `http://localhost:3002`; see {@link apiHostProblem}. */
  MINDSET_API_HOST: string;
  /** The Mindset application's uid, `[A-Za-z0-9_-]{1,128}`. */
  MINDSET_APP_UID: string;
  /** ARN or name of the secret that holds the Mindset API key. */
  MINDSET_API_KEY_SECRET_ARN: string;
  /** Who verified the caller: `jwt` (API Gateway) or `lambda` (a Lambda authorizer). */
  IDENTITY_SOURCE: string;
  /** The claim that identifies the caller, e.g. `sub`. */
  IDENTITY_CLAIM: string;
  /** The field of Mindset's request that contains the identity: `externalId` or `userEmail`. */
  IDENTITY_FIELD: string;
  /** `auto` maps every id, `strict` rejects ids that Mindset does not accept unchanged. */
  IDENTITY_MAPPING: string;
  /** The claim with the caller's friendly name, e.g. `name`. */
  NAME_CLAIM: string;
  /** `true` lets one of {@link MUTABLE_IDENTITY_CLAIMS} identify the caller. @default - absent */
  ALLOW_MUTABLE_IDENTITY_CLAIM?: string;
  /** `true` accepts ID tokens as well as access tokens. @default - absent */
  ACCEPT_ID_TOKENS?: string;
  /** Origins whose pages may send cookies, separated by commas, for an authorizer that does not check them. @default - absent */
  COOKIE_ORIGINS?: string;
}

/** What the optional variables mean when they are absent. */
export const ENVIRONMENT_DEFAULTS = {
  IDENTITY_SOURCE: "jwt",
  IDENTITY_CLAIM: "sub",
  IDENTITY_FIELD: "externalId",
  IDENTITY_MAPPING: "auto",
  NAME_CLAIM: "name",
} as const satisfies Partial<FunctionEnvironment>;

/** Claims that many callers share or that change with every sign-in: never the `IDENTITY_CLAIM`. */
export const FORBIDDEN_IDENTITY_CLAIMS: readonly string[] = [
  ...["iss", "aud", "azp", "client_id", "cid", "appid", "tid", "org_id", "scope", "scp", "groups", "roles"],
  ...["cognito:groups", "token_use", "email_verified", "exp", "iat", "nbf", "auth_time", "jti", "sid", "nonce"],
  ...["typ", "gty", "idtyp", "acr", "amr", "ver"],
];

/** Claims that users can change or that are reassigned: the `IDENTITY_CLAIM` only with `ALLOW_MUTABLE_IDENTITY_CLAIM`. */
export const MUTABLE_IDENTITY_CLAIMS: readonly string[] = [
  ...["email", "preferred_username", "upn", "unique_name", "name", "nickname", "given_name", "family_name"],
  ...["phone_number", "username", "mail", "emailAddress", "email_address", "login", "userPrincipalName"],
];

/** Whether many callers share a claim's value, or it changes; by the last part of a path or URL too. */
export function isForbiddenIdentityClaim(claim: string): boolean {
  const name = lastPartOf(claim);
  // "email_verified" says whether an address is verified, but only for the claim "email" itself.
  return FORBIDDEN_IDENTITY_CLAIMS.includes(name) || (name === "email" && claim !== "email");
}

/** Whether users can change a claim, or it can be given to another user; by the last part of a path or URL too. */
export function isMutableIdentityClaim(claim: string): boolean {
  return MUTABLE_IDENTITY_CLAIMS.includes(lastPartOf(claim)) || USER_EDITABLE.test(claim);
}

/** Where Supabase and Clerk let users store what they like. */
const USER_EDITABLE = /(?:^|[./])(?:user_metadata|unsafe_metadata)\./;

function lastPartOf(claim: string): string {
  return claim.split(/[./]/).pop() ?? ""; // the token source is built for ES2021, without at()
}

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const API_HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*(?::[1-9]\\d{0,4})?$`);
const LOCAL_API_HOST = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal):[1-9]\d{0,4}$/;

/**
 * Checks where the API key goes: `host` or `host:port`, always called over https, or a fake on this machine.
 *
 * @returns what is wrong, e.g. `"must be the host alone, without https://"`; undefined for a valid host.
 */
export function apiHostProblem(apiHost: string): string | undefined {
  if (apiHost.startsWith("https://")) return "must be the host alone, without https://";
  if (isLocalApiHost(apiHost)) return URL.canParse(apiHost) ? undefined : "has an impossible port";
  if (apiHost.startsWith("http://")) return "would be called without TLS";
  if (!API_HOST.test(apiHost)) return "must be a host in lower case, without path, user or spaces";
  if (!URL.canParse(`https://${apiHost}`)) return "has an impossible host or port";
  const port = Number(apiHost.split(":")[1] ?? 443);
  return port === 443 || port >= 1_024
    ? undefined
    : "has the port of another service; use 443 (the default) or 1024 to 65535";
}

/** Tells whether it is one of Mindset's own hosts, e.g. `a.api.mindset.ai`, with or without a port. */
export function isMindsetHost(apiHost: string): boolean {
  return /\.api\.mindset\.ai(?::\d+)?$/.test(apiHost);
}

/** Tells whether it is a fake on this machine, e.g. `http://localhost:3002`. */
export function isLocalApiHost(apiHost: string): boolean {
  return LOCAL_API_HOST.test(apiHost);
}

/** The value of the secret until an operator stores the real key; never sent to Mindset. */
export const API_KEY_PLACEHOLDER = "REPLACE_WITH_YOUR_MINDSET_API_KEY";

/** Seconds until Lambda stops the function. The call to Mindset gives up before that; API Gateway after 30 s. */
export const FUNCTION_TIMEOUT_SECONDS = 15;

/** Seconds until Lambda stops the authorizer function. API Gateway waits 10 s for an authorizer. */
export const AUTHORIZER_TIMEOUT_SECONDS = 9;

/** The CloudWatch metrics that the functions write and the alarms watch. */
export const METRICS = {
  namespace: "MindsetTokenEndpoint",
  /** Value of the dimension `service`. */
  service: "mindset-token-endpoint",
  /** The second dimension: it keeps apart the alarms of two deployments in one account. */
  functionDimension: "FunctionName",
  /** Count: a token was issued. */
  tokenIssued: "TokenIssued",
  /** Count: the request was refused because of what the caller sent or is (4xx). */
  callerError: "CallerError",
  /** Count: the service or Mindset failed (5xx). */
  serviceError: "ServiceError",
  /** Count: the service cannot work until an operator acts: settings, key, access to the secret. */
  operatorActionNeeded: "OperatorActionNeeded",
  /** Count: a user whom a rule of `grants` makes administrator of a tenant got a token; absent otherwise. */
  tenantAdminGranted: "TenantAdminGranted",
  /** Milliseconds from the event to the response. */
  duration: "Duration",
  /** Count: calls to Mindset made for the request, 0 to 2. */
  upstreamAttempts: "UpstreamAttempts",
  /** Count, of the authorizer function: a request was answered with 401 or 403. Also by `code`. */
  signInRefused: "SignInRefused",
  /** Count, of the authorizer function: the sign-in could not be checked (500). Also by `code`. */
  signInFailed: "SignInFailed",
} as const;
