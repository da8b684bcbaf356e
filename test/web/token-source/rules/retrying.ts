/** Rules about retries: after what, when, and how often. */
import { failure, failureOf, gatewayFailure, type Rule, token } from "./rule.ts";

const once = ["sentinel-1"];
const twice = [...once, ...once];
const thrice = [...twice, ...once];
/** A network failure may be a 401 without CORS headers, so the access token is refreshed after the first one. */
const refreshed = ["sentinel-1", "sentinel-2"];

export const retrying: Rule[] = [
  recovers("retries after API Gateway's 429", gatewayFailure(429, "Too Many Requests")),
  recovers("retries after API Gateway's 503", gatewayFailure(503, "Service Unavailable")),
  recovers("retries after API Gateway's 504", gatewayFailure(504, "Endpoint request timed out")),
  recovers("retries after UPSTREAM_UNAVAILABLE (503)", busy()),
  recovers("retries after UPSTREAM_TIMEOUT (504)", failure(504, "UPSTREAM_TIMEOUT", true)),
  recovers("retries after UPSTREAM_UNREACHABLE (502)", failure(502, "UPSTREAM_UNREACHABLE", true)),
  recovers("retries when a newer endpoint calls a new code retryable", failure(500, "SOMETHING_NEW", true)),
  {
    ...recovers("retries when the connection closes without a response", { fault: "hang-up" }),
    sent: refreshed,
  },
  {
    ...recovers("retries when a token is interrupted", { body: '{"authToken":"sent', fault: "broken-off" }),
    sent: refreshed,
  },
  {
    ...recovers("retries twice, and waits longer the second time", busy(), gatewayFailure(503, "Busy")),
    waitsMs: [
      [240, 2000],
      [490, 2300],
    ],
  },
  {
    title: "makes no fourth request",
    answers: [busy()],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { code: "UPSTREAM_UNAVAILABLE", status: 503, requestId: "request-1", retryable: true },
    sent: thrice,
  },
  {
    title: "makes no fourth request when the network keeps failing",
    answers: [{ fault: "hang-up" }],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { code: "NETWORK", retryable: true },
    sent: [...refreshed, "sentinel-2"],
  },
  {
    title: "counts all retries together, whatever the failures",
    answers: [busy(), gatewayFailure(401, "Unauthorized"), { fault: "hang-up" }, busy(), token()],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { code: "UPSTREAM_UNAVAILABLE", status: 503, requestId: "request-1", retryable: true },
    sent: [...twice, "sentinel-2", "sentinel-2"],
  },
  { ...recovers("waits as long as retry-after says", busy("1")), waitsMs: [[990, 2800]] },
  { ...recovers("reads retry-after as a date too", busy(dateIn(3))), waitsMs: [[1900, 4800]] },
  { ...recovers("does not wait for a date in the past", busy(dateIn(-60))), waitsMs: [[240, 2000]] },
  {
    title: "fails immediately when it would have to wait more than 10 seconds, and says how long",
    answers: [busy("11"), token()],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: {
      code: "UPSTREAM_UNAVAILABLE",
      status: 503,
      requestId: "request-1",
      retryable: true,
      retryAfterSeconds: 11,
    },
  },
  {
    title: "fails immediately when the wait would be longer than its time limit",
    answers: [busy("2"), token()],
    act: ({ source }) => failureOf(source({ timeoutMs: 1500 }).getAuthToken()),
    outcome: {
      code: "UPSTREAM_UNAVAILABLE",
      status: 503,
      requestId: "request-1",
      retryable: true,
      retryAfterSeconds: 2,
    },
  },
  failsAtOnce(400, "INVALID_REQUEST"),
  failsAtOnce(403, "IDENTITY_UNMAPPABLE"),
  failsAtOnce(500, "SERVICE_MISCONFIGURED"),
  failsAtOnce(500, "INTERNAL"),
  failsAtOnce(502, "UPSTREAM_ERROR"),
  failsAtOnce(503, "NOT_RETRYABLE"),
];

function busy(retryAfter?: string | (() => string)) {
  return failure(503, "UPSTREAM_UNAVAILABLE", true, retryAfter);
}

function recovers(title: string, ...answers: Required<Rule>["answers"]): Rule {
  return {
    title,
    answers: [...answers, token()],
    act: ({ source }) => source().getAuthToken(),
    outcome: "mindset-token",
    sent: Array(answers.length + 1).fill("sentinel-1"),
  };
}

function failsAtOnce(status: number, code: string): Rule {
  return {
    title: `fails immediately with ${code} (${status})`,
    answers: [failure(status, code, false), token()],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { code, status, requestId: "request-1", retryable: false },
  };
}

/** Seconds from now as an HTTP date, which has no fractions. */
function dateIn(seconds: number) {
  return () => new Date(Date.now() + seconds * 1000).toUTCString();
}
