/** Rules for sign-ins with cookies. */
import { failure, failureOf, gatewayFailure, type Rule, token } from "./rule.ts";

const unauthorized = gatewayFailure(401, "Unauthorized");
const signInRequired = { code: "SIGN_IN_REQUIRED", status: 401, retryable: false };

export const cookies: Rule[] = [
  {
    title: "gives a token without an access token",
    act: ({ cookieSource }) => cookieSource().getAuthToken(),
    outcome: "mindset-token",
    sent: [""],
  },
  {
    title: "asks the user to sign in at the first 401 when sessions cannot be renewed",
    answers: [unauthorized, token()],
    act: ({ cookieSource }) => failureOf(cookieSource().getAuthToken()),
    outcome: signInRequired,
    sent: [""],
  },
  {
    title: "renews the session after a 401 once, and retries after a second",
    answers: [unauthorized, token()],
    act: async ({ cookieSource }) => {
      let renewals = 0;
      const { getAuthToken } = cookieSource({
        renewSession: () => {
          renewals += 1;
        },
      });
      return [await getAuthToken(), renewals];
    },
    outcome: ["mindset-token", 1],
    sent: ["", ""],
    waitsMs: [[990, 2000]],
  },
  {
    title: "asks the user to sign in when the renewed session is rejected too",
    answers: [unauthorized],
    act: ({ cookieSource }) => failureOf(cookieSource({ renewSession: () => {} }).getAuthToken()),
    outcome: signInRequired,
    sent: ["", ""],
  },
  {
    title: "asks the user to sign in when the session cannot be renewed, and repeats nothing of the reason",
    answers: [unauthorized],
    act: ({ cookieSource }) =>
      failureOf(cookieSource({ renewSession: () => Promise.reject(new Error("sentinel")) }).getAuthToken()),
    outcome: signInRequired,
    sent: [""],
  },
  {
    title: "renews the session after a network failure, which may be a 401 without CORS headers",
    answers: [{ fault: "hang-up" }, token()],
    act: async ({ cookieSource }) => {
      let renewals = 0;
      const { getAuthToken } = cookieSource({
        renewSession: () => {
          renewals += 1;
        },
      });
      return [await getAuthToken(), renewals];
    },
    outcome: ["mindset-token", 1],
    sent: ["", ""],
  },
  {
    title: "retries after a network failure when sessions cannot be renewed",
    answers: [{ fault: "hang-up" }, { fault: "hang-up" }, token()],
    act: ({ cookieSource }) => cookieSource().getAuthToken(),
    outcome: "mindset-token",
    sent: ["", "", ""],
  },
  {
    title: "never shares a request between calls with cookies, because their users may differ",
    answers: ["token-1", "token-2"].map((name) => ({ ...token(name), delayMs: 20 })),
    act: async ({ cookieSource }) => {
      const { getAuthToken } = cookieSource();
      return (await Promise.all([getAuthToken(), getAuthToken()])).sort();
    },
    outcome: ["token-1", "token-2"],
    sent: ["", ""],
  },
  {
    title: "repeats no failure to the next call with cookies",
    answers: [failure(500, "INTERNAL", false), token()],
    act: async ({ cookieSource }) => {
      const { getAuthToken } = cookieSource();
      await failureOf(getAuthToken());
      return getAuthToken();
    },
    outcome: "mindset-token",
    sent: ["", ""],
  },
  {
    title: "cancels a call with cookies when its caller leaves",
    answers: [{ fault: "silence" }, token()],
    act: async ({ cookieSource }) => {
      const { getAuthToken } = cookieSource();
      const caller = new AbortController();
      const left = failureOf(getAuthToken({ signal: caller.signal }));
      setTimeout(() => caller.abort(), 50);
      return [await left, await getAuthToken()];
    },
    outcome: [{ code: "ABORTED", retryable: false }, "mindset-token"],
    sent: ["", ""],
  },
];
