import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { createTokenSource, TokenSourceError } from "../../../web/token-source/index.ts";

type User = "ada" | "grace";

/** A step; its index picks one of the calls, access tokens or responses that are open at that time. */
const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("signIn"), user: fc.constantFrom("ada", "grace", undefined) }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("call") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("abort"), index: fc.nat() }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("giveAccessToken"), index: fc.nat() }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("respond"), index: fc.nat(), status: statuses() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("wait"), ms: fc.constantFrom(10, 300, 1100) }) },
) as fc.Arbitrary<Step>;

type Step =
  | { type: "signIn"; user: User | undefined }
  | { type: "call" }
  | { type: "abort"; index: number }
  | { type: "giveAccessToken"; index: number }
  | { type: "respond"; index: number; status: number }
  | { type: "wait"; ms: number };

/** 0 is a network failure. */
function statuses() {
  return fc.constantFrom(200, 200, 200, 200, 401, 401, 403, 503, 0);
}

const { fetch } = globalThis;
beforeEach(() => void jest.useFakeTimers({ doNotFake: ["setImmediate"] }));
afterEach(() => {
  jest.useRealTimers();
  globalThis.fetch = fetch;
});

test("gives each call the token of a user who was signed in during the call, in 1,000 interleavings of two users", async () => {
  let served = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
      const page = createPage();
      for (const one of steps) await page.act(one);
      await page.end();

      const tokens = page.calls.filter(({ outcome }) => !(outcome instanceof TokenSourceError));
      expect(tokens.filter(({ users, outcome }) => typeof outcome !== "string" || !users.has(outcome as User))).toEqual(
        [],
      );
      served += tokens.length;
    }),
    { numRuns: 1000, seed: 42 },
  );
  expect(served).toBeGreaterThan(1000);
}, 60_000);

/** A page with one token source that both users share, and an endpoint whose tokens are the names of their users. */
function createPage() {
  const calls: { users: Set<User | undefined>; controller: AbortController; outcome?: unknown }[] = [];
  const accessTokens: (() => void)[] = [];
  const responses: ((status: number) => void)[] = [];
  const refreshes = { ada: 0, grace: 0 };
  let signedIn: User | undefined = "ada";

  globalThis.fetch = (_url, { headers, signal } = {}) => {
    const user = /Bearer (\w+)/.exec(new Headers(headers).get("authorization") ?? "")?.[1];
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      responses.push((status) => (status === 0 ? reject(new TypeError("failed")) : resolve(toResponse(status, user))));
    });
  };
  const source = createTokenSource({
    endpoint: "https://api.example.com/",
    getAccessToken: ({ refresh }) => {
      const user = signedIn;
      if (user && refresh) refreshes[user] += 1;
      return new Promise((resolve) => accessTokens.push(() => resolve(user && `${user}.${refreshes[user]}`)));
    },
  });

  async function act(step: Step) {
    if (step.type === "signIn") signIn(step.user);
    else if (step.type === "call") call();
    else if (step.type === "abort") pick(calls, step.index)?.controller.abort();
    else if (step.type === "giveAccessToken") take(accessTokens, step.index)?.();
    else if (step.type === "respond") take(responses, step.index)?.(step.status);
    else jest.advanceTimersByTime(step.ms);
    await new Promise(setImmediate);
  }
  function signIn(user: User | undefined) {
    signedIn = user;
    for (const { users, outcome } of calls) if (outcome === undefined) users.add(user);
  }
  function call() {
    const record = { users: new Set([signedIn]), controller: new AbortController(), outcome: undefined as unknown };
    calls.push(record);
    source.getAuthToken({ signal: record.controller.signal }).then(settle, settle);
    function settle(outcome: unknown) {
      record.outcome = outcome;
    }
  }
  async function end() {
    jest.advanceTimersByTime(20_000);
    await new Promise(setImmediate);
    jest.clearAllTimers();
  }
  return { calls, act, end };
}

function toResponse(status: number, user?: string) {
  const body = JSON.stringify(status === 200 ? { authToken: user } : { message: "failed" });
  return { ok: status === 200, status, headers: new Headers(), text: async () => body } as Response;
}

function pick<T>(list: T[], index: number): T | undefined {
  return list[index % list.length];
}

function take<T>(list: T[], index: number): T | undefined {
  return list.splice(index % list.length || 0, 1)[0];
}
