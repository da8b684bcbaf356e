/** Rules: the access token: refreshed once after a 401, never a loop, and never a token from elsewhere. */
import { failure, failureOf, gatewayFailure, type Rule, token } from "./rule.ts";

const unauthorized = gatewayFailure(401, "Unauthorized");
const signInRequired = { code: "SIGN_IN_REQUIRED", retryable: false };
const accessTokenFailed = { code: "ACCESS_TOKEN_FAILED", retryable: false };

export const signingIn: Rule[] = [
  {
    title: "refreshes an access token that the endpoint refuses, once, and tries again",
    answers: [unauthorized, token()],
    act: ({ source }) => source().getAuthToken(),
    outcome: "mindset-token",
    sent: ["sentinel-1", "sentinel-2"],
  },
  {
    title: "asks the user to sign in again when a fresh access token is refused too, and makes no third request",
    answers: [unauthorized],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { ...signInRequired, status: 401 },
    sent: ["sentinel-1", "sentinel-2"],
  },
  {
    title: "says so in the error's message",
    answers: [unauthorized],
    act: ({ source }) =>
      source()
        .getAuthToken()
        .catch(({ name, message }) => [name, message]),
    outcome: ["TokenSourceError", "no Mindset token: SIGN_IN_REQUIRED (401), sign in again"],
    sent: ["sentinel-1", "sentinel-2"],
  },
  {
    title: "takes the function's own 401 for the same",
    answers: [failure(401, "UNAUTHENTICATED", false)],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { ...signInRequired, status: 401, requestId: "request-1" },
    sent: ["sentinel-1", "sentinel-2"],
  },
  {
    title: "refreshes once for ten calls at the same time",
    answers: [{ ...unauthorized, delayMs: 20 }, token()],
    act: async ({ source }) => {
      const asked: boolean[] = [];
      function getAccessToken({ refresh }: { refresh: boolean }) {
        asked.push(refresh);
        return refresh ? "sentinel-2" : "sentinel-1";
      }
      const { getAuthToken } = source({ getAccessToken });
      await Promise.all(Array.from({ length: 10 }, () => getAuthToken()));
      return asked;
    },
    outcome: [false, true],
    sent: ["sentinel-1", "sentinel-2"],
  },
  {
    title: "refreshes once in all, also when another failure lies between two refusals",
    answers: [unauthorized, gatewayFailure(503, "Service Unavailable"), unauthorized, token()],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { ...signInRequired, status: 401 },
    sent: ["sentinel-1", "sentinel-2", "sentinel-2"],
  },
  ...[undefined, null, ""].map(
    (nobody) =>
      ({
        title: `asks the user to sign in when getAccessToken gives ${JSON.stringify(nobody)}, without a request`,
        act: ({ source }) => failureOf(source({ getAccessToken: () => nobody }).getAuthToken()),
        outcome: signInRequired,
        sent: [],
      }) satisfies Rule,
  ),
  {
    title: "asks the user to sign in when nothing comes of the refresh",
    answers: [unauthorized],
    act: ({ source }) =>
      failureOf(source({ getAccessToken: ({ refresh }) => (refresh ? undefined : "sentinel-1") }).getAuthToken()),
    outcome: signInRequired,
  },
  {
    title: "fails when getAccessToken throws, and repeats nothing of what was thrown",
    act: ({ source }) =>
      failureOf(source({ getAccessToken: () => Promise.reject(new Error("sentinel")) }).getAuthToken()),
    outcome: accessTokenFailed,
    sent: [],
  },
  ...["two words", "line\nbreak", "naïve", "=", "a,b"].map(
    (text) =>
      ({
        title: `fails before any request when the access token is no bearer token: ${JSON.stringify(text)}`,
        act: ({ source }) => failureOf(source({ getAccessToken: () => text }).getAuthToken()),
        outcome: accessTokenFailed,
        sent: [],
      }) satisfies Rule,
  ),
];
