/** The promises for when Mindset answers with anything but a success. */
import type { Row } from "./row.ts";
import { fault, keyChanged, once, redirect, type Variant } from "./variants.ts";

const UNAVAILABLE = { status: 503, publicCode: "UPSTREAM_UNAVAILABLE", logCode: "UPSTREAM_UNAVAILABLE" };
const ERROR = { status: 502, publicCode: "UPSTREAM_ERROR", calls: 1 };
const SERVER_ERRORS = [500, 502, 503, 504].map((status) => `status-${status}`);

const inThePast: Variant = {
  name: "status-503, retry-after is a date in the past",
  begin: ({ mindset }) => mindset.faults.set({ fault: "status-503", retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT" }),
};

function limited(retryAfter: string, expected: string): Variant {
  return {
    ...fault({ fault: "status-429", retryAfter }),
    name: `status-429, retry-after ${retryAfter}`,
    retryAfter: [expected],
  };
}

const limitedUntil: Variant = {
  name: "status-429, retry-after is a date",
  begin: ({ mindset }) => {
    const inHalfAMinute = new Date(Date.now() + 30_000).toUTCString();
    mindset.faults.set({ fault: "status-429", retryAfter: inHalfAMinute });
  },
  retryAfter: ["30", "29"], // the date has whole seconds, and one may have begun since
};

/** In the order of the report. */
export const STATUS_ROWS: Row[] = [
  {
    fault: "500, 502, 503, 504 once, then fine",
    status: 200,
    calls: 2,
    atMostMs: 350,
    variants: SERVER_ERRORS.map((name) => once(name)),
  },
  {
    fault: "500, 502, 503, 504 always",
    ...UNAVAILABLE,
    retryAfter: "2",
    calls: 2,
    atMostMs: 400,
    variants: SERVER_ERRORS.map((name) => fault(name)),
  },
  {
    fault: "503 with `retry-after: 120`",
    ...UNAVAILABLE,
    retryAfter: "60",
    calls: 1,
    atMostMs: 50,
    variants: [fault({ fault: "status-503", retryAfter: "120" })],
  },
  {
    fault: "503 with `retry-after: 0` or a date in the past, always",
    ...UNAVAILABLE,
    retryAfter: "1",
    calls: 2,
    atMostMs: 400,
    variants: [fault({ fault: "status-503", retryAfter: "0" }), inThePast],
  },
  {
    fault: "429 with `retry-after` 7, a date in 30 s, garbage, none",
    status: 503,
    publicCode: "UPSTREAM_RATE_LIMITED",
    logCode: "UPSTREAM_RATE_LIMITED",
    retryAfter: "5",
    calls: 1,
    atMostMs: 50,
    variants: [limited("7", "7"), limitedUntil, limited("soon", "5"), fault("status-429")],
  },
  {
    fault: "401 or 403, another key stored meanwhile",
    status: 200,
    calls: 2,
    secretReads: 1,
    variants: [keyChanged(401), keyChanged(403)],
  },
  {
    fault: "401, the secret is the same",
    ...ERROR,
    logCode: "UPSTREAM_AUTH_FAILED",
    secretReads: 1,
    variants: [fault("status-401")],
  },
  {
    fault: "403, the secret is the same",
    ...ERROR,
    logCode: "UPSTREAM_FORBIDDEN",
    secretReads: 1,
    variants: [fault("status-403")],
  },
  { fault: "404", ...ERROR, logCode: "UPSTREAM_NOT_FOUND", atMostMs: 50, variants: [fault("status-404")] },
  {
    fault: "400, 422, 409, 418, 451",
    ...ERROR,
    logCode: "UPSTREAM_REJECTED",
    atMostMs: 50,
    variants: [400, 422, 409, 418, 451].map((status) => fault(`status-${status}`)),
  },
  {
    fault: "301, 302, 303, 307, 308 to another server",
    ...ERROR,
    logCode: "UPSTREAM_REDIRECTED",
    atMostMs: 50,
    variants: [301, 302, 303, 307, 308].map(redirect),
  },
];
