/** Rules about the time limit and signals. */
import { failureOf, type Rule, token } from "./rule.ts";

const ABORTED = { code: "ABORTED", retryable: false };
const slow = { ...token(), delayMs: 800 };
function pause(ms: number) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export const ending: Rule[] = [
  {
    title: "fails with TIME_LIMIT when the time limit passes during a request",
    answers: [{ fault: "silence" }],
    act: ({ source }) => failureOf(source({ timeoutMs: 200 }).getAuthToken()),
    outcome: { code: "TIME_LIMIT", retryable: true },
  },
  {
    title: "fails with TIME_LIMIT when getAccessToken takes too long, and makes no request later",
    act: async ({ source }) => {
      function getAccessToken() {
        return pause(150).then(() => "sentinel-1");
      }
      const failed = await failureOf(source({ timeoutMs: 50, getAccessToken }).getAuthToken());
      await pause(200);
      return failed;
    },
    outcome: { code: "TIME_LIMIT", retryable: true },
    sent: [],
  },
  {
    title: "can be called again after TIME_LIMIT",
    answers: [{ fault: "silence" }, token()],
    act: async ({ source }) => {
      const { getAuthToken } = source({ timeoutMs: 1000 });
      await failureOf(getAuthToken());
      return getAuthToken();
    },
    outcome: "mindset-token",
    sent: ["sentinel-1", "sentinel-1"],
  },
  {
    title: "gives the other callers their token when one leaves",
    answers: [slow],
    act: async ({ source }) => {
      const { getAuthToken } = source();
      const controller = new AbortController();
      const [leaving, staying] = [failureOf(getAuthToken({ signal: controller.signal })), getAuthToken()];
      await pause(100);
      controller.abort("sentinel");
      return [await leaving, await staying];
    },
    outcome: [ABORTED, "mindset-token"],
  },
  {
    title: "makes a new request for a call after all others have left",
    answers: [{ fault: "silence" }, token()],
    act: async ({ source }) => {
      const { getAuthToken } = source();
      const controller = new AbortController();
      const leaving = [1, 2].map(() => failureOf(getAuthToken({ signal: controller.signal })));
      await pause(100);
      controller.abort();
      return [...(await Promise.all(leaving)), await getAuthToken()];
    },
    outcome: [ABORTED, ABORTED, "mindset-token"],
    sent: ["sentinel-1", "sentinel-1"],
  },
  {
    title: "drops a request immediately when its last caller leaves, so that no call in the same turn joins it",
    answers: [{ fault: "silence" }, token()],
    act: async ({ source }) => {
      const { getAuthToken } = source();
      const controller = new AbortController();
      const leaving = failureOf(getAuthToken({ signal: controller.signal }));
      await pause(100);
      controller.abort();
      return [await getAuthToken(), await leaving];
    },
    outcome: ["mindset-token", ABORTED],
    sent: ["sentinel-1", "sentinel-1"],
  },
  {
    title: "ends every call, now and later, when the source's own signal fires",
    answers: [slow],
    act: async ({ source }) => {
      const controller = new AbortController();
      const { getAuthToken, fetchAuthentication } = source({ signal: controller.signal });
      const calls = [failureOf(getAuthToken()), failureOf(fetchAuthentication())];
      await pause(100);
      controller.abort();
      return [...(await Promise.all(calls)), await failureOf(getAuthToken())];
    },
    outcome: [ABORTED, ABORTED, ABORTED],
  },
  {
    title: "makes no request for a call whose signal has already fired",
    act: ({ source }) => failureOf(source().getAuthToken({ signal: AbortSignal.abort() })),
    outcome: ABORTED,
    sent: [],
  },
  {
    title: "makes no retry for a caller who leaves while the source waits",
    answers: [{ status: 503, headers: { "retry-after": "1" } }, token()],
    act: async ({ source }) => {
      const controller = new AbortController();
      const call = failureOf(source().getAuthToken({ signal: controller.signal }));
      await pause(300);
      controller.abort();
      const failed = await call;
      await pause(1500);
      return failed;
    },
    outcome: ABORTED,
  },
];
