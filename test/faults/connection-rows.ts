/** The promises for when Mindset is fine, cannot be reached, or does not answer in time. */
import type { Row } from "./row.ts";
import { badCertificate, fault, noFault, noSuchName, once, onNewConnection, refused } from "./variants.ts";

const TOKEN = { status: 200, calls: 1 };
const RETRIED = { status: 200, calls: 2, atMostMs: 350 };
const UNREACHABLE = {
  status: 502,
  publicCode: "UPSTREAM_UNREACHABLE",
  logCode: "UPSTREAM_UNREACHABLE",
  retryAfter: "2",
};
const TIMEOUT = { status: 504, publicCode: "UPSTREAM_TIMEOUT", logCode: "UPSTREAM_TIMEOUT", retryAfter: "2" };
const RESETS = ["hang-up", "reset"];

/** In the order of the report. */
export const CONNECTION_ROWS: Row[] = [
  {
    fault: "200 or 201, valid; with extra fields",
    ...TOKEN,
    atMostMs: 10,
    overBareClient: true,
    variants: [noFault, fault("created"), fault("extra-fields")],
  },
  {
    fault: "refused or DNS failure once, then fine",
    ...RETRIED,
    arrivals: 1,
    variants: [refused({ once: true }), noSuchName({ once: true })],
  },
  {
    fault: "reset once, then fine",
    ...RETRIED,
    variants: RESETS.flatMap((name) => [once(name), onNewConnection(once(name))]),
  },
  {
    fault: "refused or DNS failure always",
    ...UNREACHABLE,
    calls: 2,
    arrivals: 0,
    atMostMs: 400,
    variants: [refused({ once: false }), noSuchName({ once: false })],
  },
  {
    fault: "reset always",
    ...UNREACHABLE,
    calls: 2,
    atMostMs: 400,
    variants: RESETS.flatMap((name) => [fault(name), onNewConnection(fault(name))]),
  },
  {
    fault: "bad certificate: untrusted, expired, another name's",
    ...UNREACHABLE,
    calls: 1,
    arrivals: 0,
    atMostMs: 100,
    variants: [badCertificate("untrusted"), badCertificate("expired"), badCertificate("misnamed")],
  },
  {
    fault: "never answers; one byte per 200 ms; headers, then silence",
    ...TIMEOUT,
    calls: 1,
    atMostMs: 4_250,
    sideBySide: true,
    variants: [fault("silence"), fault("drip"), fault("headers-then-silence")],
  },
  { fault: "valid after 3.9 s", ...TOKEN, atMostMs: 3_950, sideBySide: true, variants: [fault("delay")] },
  {
    fault: "anything; the function has 900 ms left",
    ...TIMEOUT,
    calls: 0,
    atMostMs: 50,
    remainingMs: 900,
    variants: [noFault],
  },
];
