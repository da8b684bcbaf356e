/** Rules: calls at the same time share one request, and nothing is kept. */
import { failure, failureOf, type Rule, token } from "./rule.ts";

const tokens = ["token-1", "token-2"].map((name) => ({ ...token(name), delayMs: 20 }));

export const sharing: Rule[] = [
  {
    title: "gives the token in each of the forms",
    act: async ({ source }) => {
      const { getAuthToken, fetchAuthentication, fetchAuthenticationObject } = source();
      return [await getAuthToken(), await fetchAuthentication(), await fetchAuthenticationObject()];
    },
    outcome: ["mindset-token", "mindset-token", { token: "mindset-token" }],
    sent: ["sentinel-1", "sentinel-1", "sentinel-1"],
  },
  {
    title: "makes one request for ten calls at the same time, whatever their form",
    answers: tokens,
    act: async ({ source }) => {
      const { getAuthToken, fetchAuthentication, fetchAuthenticationObject } = source();
      const fives = Array.from({ length: 5 }, () => [getAuthToken(), fetchAuthentication()]);
      return new Set(await Promise.all([...fives.flat(), fetchAuthenticationObject().then(({ token }) => token)])).size;
    },
    outcome: 1,
  },
  {
    title: "asks for the access token once for ten calls at the same time",
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
    outcome: 1,
  },
  {
    title: "lets a newcomer join a request that another caller has left",
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
    title: "keeps no token: a call after the end of the one before makes a request of its own",
    answers: tokens,
    act: async ({ source }) => {
      const { getAuthToken } = source();
      return [await getAuthToken(), await getAuthToken()];
    },
    outcome: ["token-1", "token-2"],
    sent: ["sentinel-1", "sentinel-1"],
  },
  {
    title: "keeps no token even for a caller who asks again at once, while others are being told",
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
    title: "shares a failure, and keeps none",
    answers: [failure(500, "INTERNAL", false), token()],
    act: async ({ source }) => {
      const { getAuthToken } = source();
      const both = await Promise.allSettled([getAuthToken(), getAuthToken()]);
      return [...both.map(({ status }) => status), await getAuthToken()];
    },
    outcome: ["rejected", "rejected", "mindset-token"],
    sent: ["sentinel-1", "sentinel-1"],
  },
  {
    title: "keeps two sources apart",
    answers: tokens,
    act: async ({ source }) => {
      const grace = source({ getAccessToken: () => "sentinel-1" });
      return (await Promise.all([source().getAuthToken(), grace.getAuthToken()])).sort();
    },
    outcome: ["token-1", "token-2"],
    sent: ["sentinel-1", "sentinel-1"],
  },
  {
    title: "takes no harm from whatever an SDK passes to it",
    act: async ({ source }) => {
      const getAuthToken = source().getAuthToken as (given: unknown) => Promise<string>;
      return Promise.all([null, "local-app", 42, { signal: "stop" }].map((given) => getAuthToken(given)));
    },
    outcome: Array(4).fill("mindset-token"),
  },
  {
    title: "fails every call with the same reason",
    answers: [{ ...failure(502, "UPSTREAM_ERROR", false), delayMs: 20 }],
    act: async ({ source }) => {
      const { getAuthToken } = source();
      return Promise.all([1, 2, 3].map(() => failureOf(getAuthToken())));
    },
    outcome: Array(3).fill({ code: "UPSTREAM_ERROR", status: 502, requestId: "request-1", retryable: false }),
  },
];
