/** Rules about sharing: concurrent calls with the same access token share one request, and no token is kept. */
import { failure, failureOf, type Rule, token } from "./rule.ts";

const tokens = ["token-1", "token-2"].map((name) => ({ ...token(name), delayMs: 20 }));

export const sharing: Rule[] = [
  {
    title: "gives the token in each form",
    act: async ({ source }) => {
      const { getAuthToken, fetchAuthentication, fetchAuthenticationObject } = source();
      return [await getAuthToken(), await fetchAuthentication(), await fetchAuthenticationObject()];
    },
    outcome: ["mindset-token", "mindset-token", { token: "mindset-token" }],
    sent: ["sentinel-1", "sentinel-1", "sentinel-1"],
  },
  {
    title: "makes one request for eleven concurrent calls, whatever their form",
    answers: tokens,
    act: async ({ source }) => {
      const { getAuthToken, fetchAuthentication, fetchAuthenticationObject } = source();
      const fives = Array.from({ length: 5 }, () => [getAuthToken(), fetchAuthentication()]);
      return new Set(await Promise.all([...fives.flat(), fetchAuthenticationObject().then(({ token }) => token)])).size;
    },
    outcome: 1,
  },
  {
    title: "asks for the access token for every call, because the user may have changed",
    act: async ({ source }) => {
      let asked = 0;
      const { getAuthToken } = source({
        getAccessToken: async () => {
          asked += 1;
          return "sentinel-1";
        },
      });
      await Promise.all(Array.from({ length: 10 }, () => getAuthToken()));
      return asked;
    },
    outcome: 10,
  },
  {
    title: "makes a request per access token, and gives each call its own user's token",
    answers: tokens,
    act: async ({ source }) => {
      const users = ["sentinel-a", "sentinel-b", "sentinel-a"];
      const { getAuthToken } = source({ getAccessToken: () => users.shift() });
      return Promise.all([1, 2, 3].map(() => getAuthToken()));
    },
    outcome: ["token-1", "token-2", "token-1"],
    sent: ["sentinel-a", "sentinel-b"],
  },
  {
    title: "lets a call join a request that another caller has left",
    answers: tokens,
    act: async ({ source }) => {
      const { getAuthToken } = source();
      const leaver = new AbortController();
      const left = failureOf(getAuthToken({ signal: leaver.signal }));
      const stays = getAuthToken();
      leaver.abort();
      await left;
      return Promise.all([stays, getAuthToken()]);
    },
    outcome: ["token-1", "token-1"],
  },
  {
    title: "keeps no token: each call after the other makes its own request",
    answers: tokens,
    act: async ({ source }) => {
      const { getAuthToken } = source();
      return [await getAuthToken(), await getAuthToken()];
    },
    outcome: ["token-1", "token-2"],
    sent: ["sentinel-1", "sentinel-1"],
  },
  {
    title: "keeps no token for a caller that calls again immediately",
    answers: tokens,
    act: async ({ source }) => {
      const { getAuthToken } = source();
      const again = getAuthToken().then(() => getAuthToken());
      const others = [1, 2, 3].map(() => getAuthToken({ signal: new AbortController().signal }));
      return [await again, ...(await Promise.all(others))];
    },
    outcome: ["token-2", "token-1", "token-1", "token-1"],
    sent: ["sentinel-1", "sentinel-1"],
  },
  {
    title: "repeats a failure for a second without a request, then makes a new one",
    answers: [failure(500, "INTERNAL", false), token()],
    act: async ({ source }) => {
      const { getAuthToken } = source();
      const failures = [];
      for (let calls = 0; calls < 50; calls++) failures.push(await failureOf(getAuthToken()));
      await new Promise((resolve) => setTimeout(resolve, 1100));
      return [new Set(failures.map((one) => JSON.stringify(one))).size, await getAuthToken()];
    },
    outcome: [1, "mindset-token"],
    sent: ["sentinel-1", "sentinel-1"],
    waitsMs: [[990, 3000]],
  },
  {
    title: "repeats a failure for the refreshed access token and for the one before it",
    answers: [{ status: 401 }],
    act: async ({ source }) => {
      let kept = "sentinel-1";
      const { getAuthToken } = source({
        getAccessToken: ({ refresh }) => {
          if (refresh) kept = "sentinel-2";
          return kept;
        },
      });
      await failureOf(getAuthToken());
      await failureOf(getAuthToken());
      kept = "sentinel-1";
      return failureOf(getAuthToken());
    },
    outcome: { code: "SIGN_IN_REQUIRED", status: 401, retryable: false },
    sent: ["sentinel-1", "sentinel-2"],
  },
  {
    title: "makes a request immediately after a failure when the access token is another one",
    answers: [failure(500, "INTERNAL", false), token()],
    act: async ({ source }) => {
      const users = ["sentinel-a", "sentinel-b"];
      const { getAuthToken } = source({ getAccessToken: () => users.shift() });
      await failureOf(getAuthToken());
      return getAuthToken();
    },
    outcome: "mindset-token",
    sent: ["sentinel-a", "sentinel-b"],
  },
  {
    title: "shares nothing between two sources",
    answers: tokens,
    act: async ({ source }) => {
      const grace = source({ getAccessToken: () => "sentinel-1" });
      return (await Promise.all([source().getAuthToken(), grace.getAuthToken()])).sort();
    },
    outcome: ["token-1", "token-2"],
    sent: ["sentinel-1", "sentinel-1"],
  },
  {
    title: "ignores unknown arguments that an SDK passes",
    act: async ({ source }) => {
      const getAuthToken = source().getAuthToken as (given: unknown) => Promise<string>;
      return Promise.all([null, "local-app", 42, { signal: "stop" }].map((given) => getAuthToken(given)));
    },
    outcome: Array(4).fill("mindset-token"),
  },
  {
    title: "gives every concurrent call the same failure",
    answers: [{ ...failure(502, "UPSTREAM_ERROR", false), delayMs: 20 }],
    act: async ({ source }) => {
      const { getAuthToken } = source();
      return Promise.all([1, 2, 3].map(() => failureOf(getAuthToken())));
    },
    outcome: Array(3).fill({ code: "UPSTREAM_ERROR", status: 502, requestId: "request-1", retryable: false }),
  },
];
