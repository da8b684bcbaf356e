/** Rules about access tokens: one refresh per call, after a 401 or a network failure. */
import { failure, failureOf, gatewayFailure, type Rule, token } from "./rule.ts";

const unauthorized = gatewayFailure(401, "Unauthorized");
const signInRequired = { code: "SIGN_IN_REQUIRED", retryable: false };
const accessTokenFailed = { code: "ACCESS_TOKEN_FAILED", retryable: false };

export const signingIn: Rule[] = [
  {
    title: "refreshes a rejected access token once, and retries after a second",
    answers: [unauthorized, token()],
    act: ({ source }) => source().getAuthToken(),
    outcome: "mindset-token",
    sent: ["sentinel-1", "sentinel-2"],
    waitsMs: [[990, 2000]],
  },
  {
    title: "asks the user to sign in when the new access token is rejected too, and makes no third request",
    answers: [unauthorized],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { ...signInRequired, status: 401 },
    sent: ["sentinel-1", "sentinel-2"],
  },
  {
    title: "says in the message that the user must sign in",
    answers: [unauthorized],
    act: ({ source }) =>
      source()
        .getAuthToken()
        .catch(({ name, message }) => [name, message]),
    outcome: ["TokenSourceError", "no Mindset token: SIGN_IN_REQUIRED (401), sign in"],
    sent: ["sentinel-1", "sentinel-2"],
  },
  {
    title: "treats the function's own 401 like API Gateway's",
    answers: [failure(401, "UNAUTHENTICATED", false)],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { ...signInRequired, status: 401, requestId: "request-1" },
    sent: ["sentinel-1", "sentinel-2"],
  },
  {
    title: "refreshes once for ten concurrent calls",
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
    outcome: [...Array(10).fill(false), true],
    sent: ["sentinel-1", "sentinel-2"],
  },
  {
    title: "refreshes once per call, also when another failure lies between two 401s",
    answers: [unauthorized, gatewayFailure(503, "Service Unavailable"), unauthorized, token()],
    act: ({ source }) => failureOf(source().getAuthToken()),
    outcome: { ...signInRequired, status: 401 },
    sent: ["sentinel-1", "sentinel-2", "sentinel-2"],
  },
  {
    title: "refreshes the access token before the first retry after a network failure, once",
    answers: [{ fault: "hang-up" }, { fault: "hang-up" }, token()],
    act: async ({ source }) => {
      const asked: boolean[] = [];
      function getAccessToken({ refresh }: { refresh: boolean }) {
        asked.push(refresh);
        return refresh ? "sentinel-2" : "sentinel-1";
      }
      return [await source({ getAccessToken }).getAuthToken(), asked];
    },
    outcome: ["mindset-token", [false, true]],
    sent: ["sentinel-1", "sentinel-2", "sentinel-2"],
  },
  ...[401, 403, 429].map(
    (status) =>
      ({
        title: `refreshes the access token after a ${status} without CORS headers, which a page cannot read`,
        answers: [{ ...gatewayFailure(status, "Unauthorized"), cors: false }, token()],
        act: ({ source }) => source().getAuthToken(),
        outcome: "mindset-token",
        sent: ["sentinel-1", "sentinel-2"],
      }) satisfies Rule,
  ),
  {
    title: "retries with the access token it has when the refresh fails like the network",
    answers: [{ fault: "hang-up" }, token()],
    act: ({ source }) =>
      source({
        getAccessToken: ({ refresh }) => (refresh ? Promise.reject(new Error("offline")) : "sentinel-1"),
      }).getAuthToken(),
    outcome: "mindset-token",
    sent: ["sentinel-1", "sentinel-1"],
  },
  {
    title: "asks the user to sign in when a network failure's refresh returns no access token",
    answers: [{ fault: "hang-up" }],
    act: ({ source }) =>
      failureOf(source({ getAccessToken: ({ refresh }) => (refresh ? undefined : "sentinel-1") }).getAuthToken()),
    outcome: signInRequired,
  },
  {
    title: "fails when the refresh after a 401 throws",
    answers: [unauthorized],
    act: ({ source }) =>
      failureOf(
        source({
          getAccessToken: ({ refresh }) => (refresh ? Promise.reject(new Error("sentinel")) : "sentinel-1"),
        }).getAuthToken(),
      ),
    outcome: accessTokenFailed,
  },
  {
    title: "lets no call join a request whose access token is being refreshed, because the user may have changed",
    answers: [unauthorized, token("token-1"), token("token-2")],
    act: async ({ source }) => {
      const { getAuthToken } = source();
      const first = getAuthToken();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return Promise.all([first, getAuthToken()]);
    },
    outcome: ["token-2", "token-1"],
    sent: ["sentinel-1", "sentinel-1", "sentinel-2"],
  },
  ...[undefined, null, ""].map(
    (noToken) =>
      ({
        title: `asks the user to sign in when getAccessToken returns ${JSON.stringify(noToken)}, without a request`,
        act: ({ source }) => failureOf(source({ getAccessToken: () => noToken }).getAuthToken()),
        outcome: signInRequired,
        sent: [],
      }) satisfies Rule,
  ),
  {
    title: "asks the user to sign in when the refresh returns no access token",
    answers: [unauthorized],
    act: ({ source }) =>
      failureOf(source({ getAccessToken: ({ refresh }) => (refresh ? undefined : "sentinel-1") }).getAuthToken()),
    outcome: signInRequired,
  },
  {
    title: "fails when getAccessToken throws, and repeats nothing of the reason",
    act: ({ source }) =>
      failureOf(source({ getAccessToken: () => Promise.reject(new Error("sentinel")) }).getAuthToken()),
    outcome: accessTokenFailed,
    sent: [],
  },
  ...["two words", "line\nbreak", "naïve", "=", "a,b"].map(
    (text) =>
      ({
        title: `fails without a request when the access token is not a bearer token: ${JSON.stringify(text)}`,
        act: ({ source }) => failureOf(source({ getAccessToken: () => text }).getAuthToken()),
        outcome: accessTokenFailed,
        sent: [],
      }) satisfies Rule,
  ),
];
