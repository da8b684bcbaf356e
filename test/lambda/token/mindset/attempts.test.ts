import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import {
  ConnectionDiedError,
  type TokenError,
  UpstreamAuthFailedError,
  UpstreamBadResponseError,
  UpstreamRateLimitedError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
  UpstreamUnreachableError,
} from "../../../../lambda/token/errors.ts";
import { createTokenRequester } from "../../../../lambda/token/mindset/attempts.ts";
import { openMindsetConnection } from "../../../../lambda/token/mindset/connection.ts";
import { type FakeMindset, startMindset } from "../../../../local/mindset/server.ts";

function key(value: string) {
  return { value, ageMs: 0, problem: undefined };
}
const order = {
  caller: { subject: "ada", mindsetUser: { externalId: "ada" }, name: "Ada" },
  tokenRequest: { name: undefined },
  apiKey: key("key-1"),
  remainingMs: 15_000,
};

let mindset: FakeMindset;
let stored = "key-1";
let secretReads = 0;
beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "app-1", apiKeys: ["key-1"] });
});
afterAll(() => mindset.close());
afterEach(() => {
  mindset.faults.clear();
  mindset.setApiKeys(["key-1"]);
  mindset.requests.length = 0;
  stored = "key-1";
  secretReads = 0;
});

/** A new function instance. */
function requester() {
  const connection = openMindsetConnection({ protocol: "http:", hostname: "127.0.0.1", port: mindset.port });
  async function replaceKey(refused: string) {
    secretReads += 1;
    return stored === refused ? undefined : key(stored);
  }
  return createTokenRequester({ appUid: "app-1", connection, replaceKey });
}
function request(more: Partial<typeof order> = {}) {
  return requester()({ ...order, ...more });
}
async function failureFrom(outcome: Promise<unknown>): Promise<TokenError> {
  const error = await outcome.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Error);
  return error as TokenError;
}
function failureOf(more: Partial<typeof order> = {}) {
  return failureFrom(request(more));
}
async function timed<T>(work: Promise<T>) {
  const start = performance.now();
  return { result: await work, ms: performance.now() - start };
}

describe("a token from Mindset", () => {
  test("is the caller's own", async () => {
    const { authToken, attempts, upstreamStatus } = await request();
    expect(mindset.tokens.get(authToken)).toBe("ada");
    expect({ attempts, upstreamStatus }).toEqual({ attempts: 1, upstreamStatus: 201 });
  });

  test.each([["reset"], ["hang-up"], ["status-500"], ["status-502"], ["status-503"], ["status-504"]])(
    "comes at the second attempt, a moment later, after %s",
    async (fault) => {
      mindset.faults.set({ fault, times: 1 });
      const { result, ms } = await timed(request());
      expect(result.attempts).toBe(2);
      expect(ms).toBeGreaterThanOrEqual(99);
      expect(mindset.requests).toHaveLength(2);
      expect(mindset.requests[0]?.body).toEqual(mindset.requests[1]?.body);
    },
  );

  test("comes after the second that Mindset asked to wait", async () => {
    mindset.faults.set({ fault: "status-503", retryAfter: "1", times: 1 });
    const { result, ms } = await timed(request());
    expect(result.attempts).toBe(2);
    expect(ms).toBeGreaterThanOrEqual(999);
  });

  test.each([
    ["reset", "UPSTREAM_UNREACHABLE"],
    ["status-500", "UPSTREAM_UNAVAILABLE"],
  ])("fails after two attempts when %s goes on, with %s", async (fault, code) => {
    mindset.faults.set({ fault });
    expect(await failureOf()).toMatchObject({ code, attempts: 2 });
    expect(mindset.requests).toHaveLength(2);
  });

  test.each([
    ["status-501", {}, "UPSTREAM_UNAVAILABLE"],
    ["status-503", { retryAfter: "2" }, "UPSTREAM_UNAVAILABLE"],
    ["status-429", {}, "UPSTREAM_RATE_LIMITED"],
    ["status-400", {}, "UPSTREAM_REJECTED"],
    ["status-404", {}, "UPSTREAM_NOT_FOUND"],
    ["redirect-307", {}, "UPSTREAM_REDIRECTED"],
    ["html", {}, "UPSTREAM_BAD_RESPONSE"],
    ["reset-in-body", {}, "UPSTREAM_BAD_RESPONSE"],
  ])("is not asked for again after %s %j (%s)", async (fault, more, code) => {
    mindset.faults.set({ fault, ...more });
    expect(await failureOf()).toMatchObject({ code, attempts: 1 });
    expect(mindset.requests).toHaveLength(1);
  });

  test("is not asked for when there is no time left", async () => {
    const noTimeLeft = { code: "UPSTREAM_TIMEOUT", attempts: 0, message: "No time was left to ask Mindset." };
    expect(await failureOf({ remainingMs: 900 })).toMatchObject(noTimeLeft);
    expect(mindset.requests).toHaveLength(0);
  });

  test("is not waited for longer than the function has, less what its own answer takes", async () => {
    mindset.faults.set({ fault: "silence" });
    const { result, ms } = await timed(failureOf({ remainingMs: 1_250 }));
    expect(result).toMatchObject({ code: "UPSTREAM_TIMEOUT", attempts: 1 });
    expect(ms).toBeGreaterThan(450);
    expect(ms).toBeLessThan(750);
  });

  test("is not asked for again when that would take longer than the function has", async () => {
    mindset.faults.set({ fault: "status-503" });
    expect(await failureOf({ remainingMs: 1_050 })).toMatchObject({ code: "UPSTREAM_UNAVAILABLE", attempts: 1 });
  });

  test("is waited for 4 s, once: a Mindset that is slow is not asked twice", async () => {
    const timeouts: number[] = [];
    async function exchange(_request: unknown, timeoutMs: number): Promise<never> {
      timeouts.push(timeoutMs);
      throw new UpstreamTimeoutError("late");
    }
    const slow = createTokenRequester({
      appUid: "app-1",
      connection: { exchange, dropIdle: () => {} },
      replaceKey: async () => undefined,
    });
    await expect(slow(order)).rejects.toMatchObject({ code: "UPSTREAM_TIMEOUT", attempts: 1 });
    expect(timeouts).toEqual([4_000]);
  });

  test("is asked for once when ten retries have not helped, and again when ten tokens were issued", async () => {
    const ask = requester();
    async function attempts() {
      return (await failureFrom(ask(order))).attempts;
    }
    mindset.faults.set({ fault: "status-400", times: 1 });
    await attempts(); // a refusal earns nothing and costs nothing
    mindset.faults.set({ fault: "status-503" });
    const made = await Promise.all(Array.from({ length: 12 }, attempts));
    expect(made.sort()).toEqual([1, 1, ...Array(10).fill(2)]);
    mindset.faults.clear();
    for (let i = 0; i < 10; i++) await ask(order);
    mindset.faults.set({ fault: "status-503" });
    expect([await attempts(), await attempts()]).toEqual([2, 1]);
  });

  test.each([
    ["answers 429", () => new UpstreamRateLimitedError("busy")],
    ["answers nonsense", () => new UpstreamBadResponseError("nonsense")],
    ["refuses the key", () => new UpstreamAuthFailedError("no")],
  ])(
    "is not asked for twice for long, when Mindset ends idle connections and %s on new ones",
    async (_, failure) => {
      let calls = 0;
      let idle = true;
      async function exchange(): Promise<never> {
        calls += 1;
        idle = !idle;
        throw idle ? failure() : new ConnectionDiedError("died", { cause: { code: "ECONNRESET" } });
      }
      const failing = createTokenRequester({
        appUid: "app-1",
        connection: { exchange, dropIdle: () => {} },
        replaceKey: async () => undefined,
      });
      for (let i = 0; i < 30; i++) {
        idle = true;
        await expect(failing(order)).rejects.toBeInstanceOf(Error);
      }
      expect(calls).toBeLessThanOrEqual(30 + 11);
    },
    15_000,
  );

  test.each([
    [
      "the idle connections dropped first, after a failure to connect",
      new UpstreamUnreachableError("", { cause: { code: "ECONNRESET" } }),
      1,
    ],
    ["the idle connections left alone, after an answer", new UpstreamUnavailableError("", { upstreamStatus: 503 }), 0],
  ])("is asked for again with %s", async (_, failure, expected) => {
    let dropped = 0;
    const exchange = jest.fn(async () => {
      if (exchange.mock.calls.length === 1) throw failure;
      return { status: 200, retryAfter: undefined, body: Buffer.from('{"authToken":"t-1"}') };
    });
    function dropIdle() {
      dropped += 1;
    }
    const ask = createTokenRequester({
      appUid: "app-1",
      connection: { exchange, dropIdle },
      replaceKey: async () => undefined,
    });
    expect(await ask(order)).toMatchObject({ authToken: "t-1", attempts: 2, upstreamStatus: 200 });
    expect(dropped).toBe(expected);
  });

  test("passes on what no error of ours is", async () => {
    const connection = { exchange: () => Promise.reject(new TypeError("bug")), dropIdle: () => {} };
    const broken = createTokenRequester({ appUid: "app-1", connection, replaceKey: async () => undefined });
    const bug = await broken(order).catch((error) => error);
    expect(bug).toEqual(new TypeError("bug"));
    expect(bug).not.toHaveProperty("attempts");
  });
});

describe("a key that Mindset refuses", () => {
  test.each([["status-401"], ["status-403"]])("is replaced at once by the one stored meanwhile (%s)", async (fault) => {
    mindset.faults.set({ fault, times: 1 });
    mindset.setApiKeys(["key-2"]);
    stored = "key-2";
    expect(await request()).toMatchObject({ attempts: 2, apiKey: { value: "key-2" } });
    expect(mindset.requests.map(({ headers }) => headers["x-api-key"])).toEqual(["key-1", "key-2"]);
    expect(secretReads).toBe(1);
  });

  test.each([
    ["status-401", "UPSTREAM_AUTH_FAILED"],
    ["status-403", "UPSTREAM_FORBIDDEN"],
  ])("is not tried twice (%s, %s)", async (fault, code) => {
    mindset.faults.set({ fault });
    expect(await failureOf()).toMatchObject({ code, publicCode: "UPSTREAM_ERROR", status: 502, attempts: 1 });
    expect(secretReads).toBe(1);
  });

  test("is replaced once: the other key being refused too ends it", async () => {
    mindset.setApiKeys([]);
    stored = "key-2";
    expect(await failureOf()).toMatchObject({ code: "UPSTREAM_FORBIDDEN", attempts: 2 });
    expect(secretReads).toBe(1);
  });
});

test("a Mindset that answers 503 and ends connections in turns is not asked twice for long", async () => {
  const ask = requester();
  const attempts: number[] = [];
  for (let i = 0; i < 40; i++) {
    mindset.faults.set({ fault: i % 2 === 0 ? "status-503" : "reset" });
    attempts.push((await failureFrom(ask(order))).attempts);
  }
  expect(attempts.filter((made) => made === 2)).toHaveLength(10);
});

test("kept-alive connections that died cost no retry: 40 of them in one go lose nothing", async () => {
  const ask = requester();
  function burst() {
    return Promise.all(Array.from({ length: 40 }, () => ask(order)));
  }
  await burst();
  mindset.faults.set({ fault: "reset", times: 40 });
  const issued = await burst();
  expect(issued.map(({ attempts }) => attempts)).toEqual(Array(40).fill(2));
});
