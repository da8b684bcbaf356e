/** What the function does when Mindset fails: answer, cost in calls, time. */
import {
  badCertificate,
  type Fault,
  fault,
  keyChanged,
  limited,
  noFault,
  noSuchName,
  once,
  onNewConnection,
  redirect,
  refused,
} from "./faults.ts";

/** A row; each of its faults is answered in the same way. */
export interface Row {
  mindset: string;
  faults: Fault[];
  status: number;
  /** What the caller reads; absent for a token. */
  publicCode?: string;
  /** What the log says; absent for a token. */
  logCode?: string;
  /** @default - INFO for a token, else ERROR */
  logLevel?: string;
  /** The header of the answer. @default - none */
  retryAfter?: string;
  /** Calls of Mindset, by the log. */
  calls: number;
  /** Requests that reached Mindset. @default - as many as calls */
  arrivals?: number;
  /** @default 0 */
  secretReads?: number;
  /** Inside the handler. */
  atMostMs: number;
  /** The time is what it takes longer than a bare HTTP client does. @default false */
  overBareClient?: boolean;
  /** What the function has left when it is asked. @default 15_000 */
  remainingMs?: number;
  /** Takes seconds: only in the full size, its runs side by side. @default false */
  isSlow?: boolean;
}

const SERVED = { status: 200, calls: 1 };
const RETRIED = { status: 200, calls: 2, atMostMs: 350 };
const TIMEOUT = { status: 504, publicCode: "UPSTREAM_TIMEOUT", logCode: "UPSTREAM_TIMEOUT", retryAfter: "2" };
const UNREACHABLE = {
  status: 502,
  publicCode: "UPSTREAM_UNREACHABLE",
  logCode: "UPSTREAM_UNREACHABLE",
  retryAfter: "2",
  calls: 2,
  atMostMs: 400,
};
const UNAVAILABLE = {
  status: 503,
  publicCode: "UPSTREAM_UNAVAILABLE",
  logCode: "UPSTREAM_UNAVAILABLE",
  calls: 2,
  atMostMs: 400,
};
const LIMITED = { status: 503, publicCode: "UPSTREAM_RATE_LIMITED", logCode: "UPSTREAM_RATE_LIMITED" };
const ERROR = { status: 502, publicCode: "UPSTREAM_ERROR", calls: 1, atMostMs: 50 };
const BAD_RESPONSE = { ...ERROR, logCode: "UPSTREAM_BAD_RESPONSE" };

const RESETS = ["hang-up", "reset"];
const SERVER_ERRORS = ["status-500", "status-502", "status-503", "status-504"];
const PAST = "Sun, 06 Nov 1994 08:49:37 GMT";
const SECONDS_LEFT = ["30", "29"]; // the date has whole seconds, and one may have begun since

/** In the order of docs/resilience.md. */
export const ROWS: Row[] = [
  {
    mindset: "200 or 201, valid; with extra fields",
    faults: [noFault, fault("ok"), fault("extra-fields")],
    ...SERVED,
    atMostMs: 10,
    overBareClient: true,
  },
  {
    mindset: "refused or DNS failure once, then fine",
    faults: [refused({ once: true }), noSuchName({ once: true })],
    ...RETRIED,
    arrivals: 1,
  },
  {
    mindset: "reset once, then fine",
    faults: RESETS.map(once).flatMap((reset) => [reset, onNewConnection(reset)]),
    ...RETRIED,
  },
  {
    mindset: "refused or DNS failure always",
    faults: [refused({ once: false }), noSuchName({ once: false })],
    ...UNREACHABLE,
    arrivals: 0,
  },
  {
    mindset: "reset always",
    faults: RESETS.map((name) => fault(name)).flatMap((reset) => [reset, onNewConnection(reset)]),
    ...UNREACHABLE,
  },
  {
    mindset: "bad certificate: untrusted, expired, another name's",
    faults: [badCertificate("untrusted"), badCertificate("expired"), badCertificate("misnamed")],
    ...UNREACHABLE,
    calls: 1,
    arrivals: 0,
    atMostMs: 100,
  },
  {
    mindset: "never answers; one byte per 200 ms; headers, then silence",
    faults: [fault("silence"), fault("drip"), fault("headers-then-silence")],
    ...TIMEOUT,
    calls: 1,
    atMostMs: 4_250,
    isSlow: true,
  },
  { mindset: "valid after 3.9 s", faults: [fault("delay")], ...SERVED, atMostMs: 3_950, isSlow: true },
  {
    mindset: "anything; the function has 900 ms left",
    faults: [noFault],
    ...TIMEOUT,
    calls: 0,
    atMostMs: 50,
    remainingMs: 900,
  },
  { mindset: "500, 502, 503, 504 once, then fine", faults: SERVER_ERRORS.map(once), ...RETRIED },
  {
    mindset: "500, 502, 503, 504 always",
    faults: SERVER_ERRORS.map((name) => fault(name)),
    ...UNAVAILABLE,
    retryAfter: "2",
  },
  {
    mindset: "503 with `retry-after: 120`",
    faults: [fault("status-503", { retryAfter: "120" })],
    ...UNAVAILABLE,
    retryAfter: "60",
    calls: 1,
    atMostMs: 50,
  },
  {
    mindset: "503 with `retry-after: 0` or a date in the past, always",
    faults: ["0", PAST].map((retryAfter) => fault("status-503", { retryAfter })),
    ...UNAVAILABLE,
    retryAfter: "1",
  },
  {
    mindset: "429 with `retry-after` 7, a date in 30 s, garbage, none",
    faults: [limited("7", ["7"]), limited("in 30 s", SECONDS_LEFT), limited("soon", ["5"]), fault("status-429")],
    ...LIMITED,
    retryAfter: "5",
    calls: 1,
    atMostMs: 50,
  },
  {
    mindset: "401 or 403, another key stored meanwhile",
    faults: [keyChanged(401), keyChanged(403)],
    ...RETRIED,
    secretReads: 1,
  },
  {
    mindset: "401, the secret is the same",
    faults: [fault("status-401")],
    ...ERROR,
    logCode: "UPSTREAM_AUTH_FAILED",
    secretReads: 1,
  },
  {
    mindset: "403, the secret is the same",
    faults: [fault("status-403")],
    ...ERROR,
    logCode: "UPSTREAM_FORBIDDEN",
    calls: 2,
    secretReads: 1,
  },
  {
    mindset: "403 with the user's name, fine without it",
    faults: [once("status-403")],
    ...SERVED,
    calls: 2,
    logLevel: "WARN",
    secretReads: 1,
    atMostMs: 50,
  },
  { mindset: "404", faults: [fault("status-404")], ...ERROR, logCode: "UPSTREAM_NOT_FOUND" },
  {
    mindset: "400, 422, 409, 418, 451",
    faults: [400, 422, 409, 418, 451].map((status) => fault(`status-${status}`)),
    ...ERROR,
    logCode: "UPSTREAM_REJECTED",
  },
  {
    mindset: "301, 302, 303, 307, 308 to another server",
    faults: [301, 302, 303, 307, 308].map(redirect),
    ...ERROR,
    logCode: "UPSTREAM_REDIRECTED",
  },
  { mindset: "204, 206", faults: [fault("status-204"), fault("status-206")], ...BAD_RESPONSE },
  {
    mindset: "reset or end in the middle of the body",
    faults: [fault("reset-in-body"), fault("end-in-body")],
    ...BAD_RESPONSE,
  },
  {
    mindset: "HTML, empty, `null`, `[]`, invalid UTF-8",
    faults: ["html", "empty", "null", "array", "invalid-utf8"].map((name) => fault(name)),
    ...BAD_RESPONSE,
  },
  {
    mindset: "token missing, empty, a number, 8,193 characters, with CR LF",
    faults: ["missing", "empty", "number", "too-long", "crlf"].map((flaw) => fault(`token-${flaw}`)),
    ...BAD_RESPONSE,
  },
  { mindset: "200 MB of body", faults: [fault("huge-body")], ...BAD_RESPONSE, atMostMs: 500 },
  { mindset: "a gzip bomb of 1 GB", faults: [fault("gzip-bomb")], ...BAD_RESPONSE, atMostMs: 500 },
  { mindset: "20 KB of headers", faults: [fault("huge-headers")], ...BAD_RESPONSE, atMostMs: 500 },
];
