/** Rules: what is tried again, when, and how often. */
import { failure, failureOf, gatewayFailure, type Rule, token } from "./rule.ts";

function busy(retryAfter?: string | (() => string)) {
  return failure(503, "UPSTREAM_UNAVAILABLE", true, retryAfter);
}
const once = ["sentinel-1"];
const twice = [...once, ...once];
const thrice = [...twice, ...once];

function recovers(title: string, ...answers: Required<Rule>["answers"]): Rule {
  return {
    title,
    answers: [...answers, token()],
    act: ({ source }) => source().getAuthToken(),
    outcome: "mindset-token",
    sent: Array(answers.length + 1).fill("sentinel-1"),
  };
}

function stopsAt(status: number, code: string, retryable = false): Rule {
  return {
    title: `stops at once at ${status} ${code}`,
    answers: [failure(status, code, retryable), token()],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { code, status, requestId: "request-1", retryable },
  };
}

/** Seconds from now in the form of HTTP, which knows no fractions. */
function dateIn(seconds: number) {
  return () => new Date(Date.now() + seconds * 1000).toUTCString();
}

export const tryingAgain: Rule[] = [
  recovers("tries again after API Gateway's 429", gatewayFailure(429, "Too Many Requests")),
  recovers("tries again after 503", busy()),
  recovers("tries again after 504", failure(504, "UPSTREAM_TIMEOUT", true)),
  recovers("tries again when the connection ends without an answer", { fault: "hang-up" }),
  recovers("tries again when a token breaks off", { body: '{"authToken":"sent', fault: "broken-off" }),
  {
    ...recovers("tries twice more, and waits longer the second time", busy(), gatewayFailure(503, "Busy")),
    waitsMs: [
      [250, 2000],
      [500, 2300],
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
    title: "makes no fourth request over a network that fails",
    answers: [{ fault: "hang-up" }],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { code: "NETWORK", retryable: true },
    sent: thrice,
  },
  {
    title: "counts the tries over all, whatever the failures",
    answers: [busy(), gatewayFailure(401, "Unauthorized"), { fault: "hang-up" }, busy(), token()],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { code: "UPSTREAM_UNAVAILABLE", status: 503, requestId: "request-1", retryable: true },
    sent: ["sentinel-1", "sentinel-1", "sentinel-2", "sentinel-2"],
  },
  { ...recovers("waits as long as retry-after says", busy("1")), waitsMs: [[1000, 2800]] },
  { ...recovers("reads retry-after as a date too", busy(dateIn(3))), waitsMs: [[1900, 4800]] },
  { ...recovers("does not wait for a date in the past", busy(dateIn(-60))), waitsMs: [[250, 2000]] },
  {
    title: "stops at once when it should wait more than 10 seconds, and says how long",
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
    title: "stops at once when the wait would be longer than its time",
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
  stopsAt(400, "INVALID_REQUEST"),
  stopsAt(403, "IDENTITY_UNMAPPABLE"),
  stopsAt(500, "SERVICE_MISCONFIGURED"),
  stopsAt(500, "INTERNAL"),
  stopsAt(502, "UPSTREAM_ERROR"),
  stopsAt(502, "UPSTREAM_UNREACHABLE", true),
];
