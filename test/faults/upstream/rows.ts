/** What the function does when Mindset fails: answer, cost in calls, time. */
import {
  badCertificate,
  brokenHandshake,
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
const TIMEOUT = { ...failing(504, "UPSTREAM_TIMEOUT"), retryAfter: "2" };
const UNREACHABLE = { ...failing(502, "UPSTREAM_UNREACHABLE"), retryAfter: "2", calls: 2, atMostMs: 400 };
const UNAVAILABLE = { ...failing(503, "UPSTREAM_UNAVAILABLE"), calls: 2, atMostMs: 400 };
const LIMITED = { ...failing(503, "UPSTREAM_RATE_LIMITED"), retryAfter: "5", calls: 1, atMostMs: 50 };
const ERROR = { status: 502, publicCode: "UPSTREAM_ERROR", calls: 1, atMostMs: 50 };
const BAD_RESPONSE = { ...ERROR, logCode: "UPSTREAM_BAD_RESPONSE" };

const RESETS = ["hang-up", "reset"];
const SERVER_ERRORS = ["status-500", "status-502", "status-503", "status-504"];
const PAST = "Sun, 06 Nov 1994 08:49:37 GMT";
const SECONDS_LEFT = ["30", "29"]; // the date has whole seconds, and one may have begun since

/** In the order of docs/resilience.md. */
export const ROWS: Row[] = [
  row("200 or 201, valid; with extra fields", [noFault, "ok", "extra-fields"], {
    ...SERVED,
    atMostMs: 10,
    overBareClient: true,
  }),
  row("connection refused or DNS failure once, then works", [refused({ once: true }), noSuchName({ once: true })], {
    ...RETRIED,
    arrivals: 1,
  }),
  row("reset once, then works", [...RESETS.map(once), ...RESETS.map(once).map(onNewConnection)], RETRIED),
  row("TLS handshake interrupted once, then works", [brokenHandshake(1)], { ...RETRIED, arrivals: 1 }),
  row("TLS handshake interrupted always", [brokenHandshake()], { ...UNREACHABLE, arrivals: 0 }),
  row("connection refused or DNS failure always", [refused({ once: false }), noSuchName({ once: false })], {
    ...UNREACHABLE,
    arrivals: 0,
  }),
  row("reset always", [...RESETS, ...RESETS.map((name) => onNewConnection(fault(name)))], UNREACHABLE),
  row(
    "bad certificate: untrusted, expired, wrong name",
    [badCertificate("untrusted"), badCertificate("expired"), badCertificate("misnamed")],
    { ...UNREACHABLE, calls: 1, arrivals: 0, atMostMs: 100 },
  ),
  row("never answers; one byte per 200 ms; headers, then silence", ["silence", "drip", "headers-then-silence"], {
    ...TIMEOUT,
    calls: 1,
    atMostMs: 4_250,
    isSlow: true,
  }),
  row("valid after 3.9 s", ["delay"], { ...SERVED, atMostMs: 3_950, isSlow: true }),
  row("anything; the function has 900 ms left", [noFault], { ...TIMEOUT, calls: 0, atMostMs: 50, remainingMs: 900 }),
  row("500, 502, 503, 504 once, then works", SERVER_ERRORS.map(once), RETRIED),
  row("500, 502, 503, 504 always", SERVER_ERRORS, { ...UNAVAILABLE, retryAfter: "2" }),
  row("503 with `retry-after: 120`", [fault("status-503", { retryAfter: "120" })], {
    ...UNAVAILABLE,
    retryAfter: "60",
    calls: 1,
    atMostMs: 50,
  }),
  row(
    "503 with `retry-after: 0` or a date in the past, always",
    ["0", PAST].map((retryAfter) => fault("status-503", { retryAfter })),
    { ...UNAVAILABLE, retryAfter: "1" },
  ),
  row(
    "429 with `retry-after` 7, a date in 30 s, garbage, none",
    [limited("7", ["7"]), limited("in 30 s", SECONDS_LEFT), limited("soon", ["5"]), "status-429"],
    LIMITED,
  ),
  row("401 or 403, a new key is in the secret", [keyChanged(401), keyChanged(403)], { ...RETRIED, secretReads: 1 }),
  row("401, the secret holds the same key", ["status-401"], {
    ...ERROR,
    logCode: "UPSTREAM_AUTH_FAILED",
    secretReads: 1,
  }),
  row("403, the secret holds the same key", ["status-403"], {
    ...ERROR,
    logCode: "UPSTREAM_FORBIDDEN",
    calls: 2,
    secretReads: 1,
  }),
  row("403 with the user's name, served without it", [once("status-403")], {
    ...RETRIED,
    logLevel: "WARN",
    secretReads: 1,
  }),
  row("404", ["status-404"], { ...ERROR, logCode: "UPSTREAM_NOT_FOUND" }),
  row("400, 422, 409, 418, 451", ["status-400", "status-422", "status-409", "status-418", "status-451"], {
    ...ERROR,
    logCode: "UPSTREAM_REJECTED",
  }),
  row("301, 302, 303, 307, 308 to another server", [301, 302, 303, 307, 308].map(redirect), {
    ...ERROR,
    logCode: "UPSTREAM_REDIRECTED",
  }),
  row("204, 206", ["status-204", "status-206"], BAD_RESPONSE),
  row("reset or end in the middle of the body", ["reset-in-body", "end-in-body"], BAD_RESPONSE),
  row("HTML, empty, `null`, `[]`, invalid UTF-8", ["html", "empty", "null", "array", "invalid-utf8"], BAD_RESPONSE),
  row(
    "token missing, empty, a number, 8,193 characters, with CR LF",
    ["token-missing", "token-empty", "token-number", "token-too-long", "token-crlf"],
    BAD_RESPONSE,
  ),
  row("200 MB of body", ["huge-body"], { ...BAD_RESPONSE, atMostMs: 500 }),
  row("a gzip bomb of 1 GB", ["gzip-bomb"], { ...BAD_RESPONSE, atMostMs: 500 }),
  row("20 KB of headers", ["huge-headers"], { ...BAD_RESPONSE, atMostMs: 500 }),
];

/** @param faults of the fake Mindset by name, or others. */
function row(mindset: string, faults: (string | Fault)[], outcome: Omit<Row, "mindset" | "faults">): Row {
  return { mindset, faults: faults.map((each) => (typeof each === "string" ? fault(each) : each)), ...outcome };
}

/** The log says the same as the caller reads. */
function failing(status: number, code: string) {
  return { status, publicCode: code, logCode: code };
}
