import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
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
import {
  createTokenRequester,
  type RequestToken,
  type TokenRequestContext,
} from "../../../../lambda/token/mindset/attempts.ts";
import { openMindsetConnection } from "../../../../lambda/token/mindset/connection.ts";
import { type FakeMindset, startMindset } from "../../../../local/mindset/server.ts";

function key(value: string) {
  return { value, ageMs: 0, problem: undefined };
}
const context: TokenRequestContext = {
  caller: { subject: "ada", mindsetUser: { externalId: "ada" }, name: "Ada" },
  tokenRequest: { name: undefined },
  apiKey: key("key-1"),
  remainingMs: 15_000,
};

const nameless = { ...context, caller: { ...context.caller, name: undefined } };

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

async function immediately() {}

/** A new function instance. */
function requester(wait?: () => Promise<void>) {
  const connection = openMindsetConnection({ protocol: "http:", hostname: "127.0.0.1", port: mindset.port });
  async function refreshAfterRejection() {
    secretReads += 1;
    return key(stored);
  }
  return createTokenRequester({ appUid: "app-1", connection, refreshAfterRejection, wait });
}
function request(more: Partial<TokenRequestContext> = {}) {
  return requester()({ ...context, ...more });
}
async function failureFrom(outcome: Promise<unknown>): Promise<TokenError> {
  const error = await outcome.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Error);
  return error as TokenError;
}
function failureOf(more: Partial<TokenRequestContext> = {}) {
  return failureFrom(request(more));
}
async function timed<T>(work: Promise<T>) {
  const start = performance.now();
  return { result: await work, ms: performance.now() - start };
}

describe("requesting a token", () => {
  test("returns the caller's own token", async () => {
    const { authToken, attempts, upstreamStatus } = await request();
    expect(mindset.tokens.get(authToken)).toBe("ada");
    expect({ attempts, upstreamStatus }).toEqual({ attempts: 1, upstreamStatus: 201 });
  });

  test.each([["reset"], ["hang-up"], ["status-500"], ["status-502"], ["status-503"], ["status-504"]])(
    "retries after a short pause on %s",
    async (fault) => {
      mindset.faults.set({ fault, times: 1 });
      const { result, ms } = await timed(request());
      expect(result.attempts).toBe(2);
      expect(ms).toBeGreaterThanOrEqual(99);
      expect(mindset.requests).toHaveLength(2);
      expect(mindset.requests[0]?.body).toEqual(mindset.requests[1]?.body);
    },
  );

  test("waits as long as Mindset's retry-after says, up to 1 s", async () => {
    mindset.faults.set({ fault: "status-503", retryAfter: "1", times: 1 });
    const { result, ms } = await timed(request());
    expect(result.attempts).toBe(2);
    expect(ms).toBeGreaterThanOrEqual(999);
  });

  test.each([
    ["reset", "UPSTREAM_UNREACHABLE"],
    ["status-500", "UPSTREAM_UNAVAILABLE"],
  ])("fails after two attempts when %s persists (%s)", async (fault, code) => {
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
  ])("fails without a retry on %s %j (%s)", async (fault, more, code) => {
    mindset.faults.set({ fault, ...more });
    expect(await failureOf()).toMatchObject({ code, attempts: 1 });
    expect(mindset.requests).toHaveLength(1);
  });

  test("fails with UPSTREAM_TIMEOUT and makes no call when no time is left", async () => {
    const noTimeLeft = { code: "UPSTREAM_TIMEOUT", attempts: 0, message: "No time was left to call Mindset." };
    expect(await failureOf({ remainingMs: 900 })).toMatchObject(noTimeLeft);
    expect(mindset.requests).toHaveLength(0);
  });

  /** The time limit of each attempt, when all of them fail with this error. */
  async function timeLimits(error: TokenError, remainingMs: number): Promise<number[]> {
    const limits: number[] = [];
    async function exchange(_request: unknown, timeoutMs: number): Promise<never> {
      limits.push(timeoutMs);
      throw error;
    }
    const connection = { exchange, dropIdle: () => {} };
    const ask = createTokenRequester({ appUid: "app-1", connection, refreshAfterRejection: async () => undefined });
    await expect(ask({ ...context, remainingMs })).rejects.toBe(error);
    return limits;
  }

  test("gives up in time to respond before Lambda stops the function", async () => {
    const limits = await timeLimits(new UpstreamTimeoutError("late"), 1_250);
    expect(limits).toHaveLength(1);
    expect(limits[0]).toBeGreaterThan(400);
    expect(limits[0]).toBeLessThanOrEqual(500);
  });

  test("fails without a retry when there is no time for one", async () => {
    expect(await timeLimits(new UpstreamUnavailableError("busy"), 1_050)).toHaveLength(1);
  });

  test("fails after one attempt of 4 s when Mindset is slow", async () => {
    expect(await timeLimits(new UpstreamTimeoutError("late"), 15_000)).toEqual([4_000]);
  });

  test("stops retrying after ten failed retries; ten successes buy another one", async () => {
    const ask = requester(immediately);
    async function attempts() {
      return (await failureFrom(ask(context))).attempts;
    }
    mindset.faults.set({ fault: "status-400", times: 1 });
    await attempts(); // a 4xx neither earns nor costs a retry
    mindset.faults.set({ fault: "status-503" });
    const made = await Promise.all(Array.from({ length: 12 }, attempts));
    expect(made.sort()).toEqual([1, 1, ...Array(10).fill(2)]);
    mindset.faults.clear();
    for (let i = 0; i < 10; i++) await ask(context);
    mindset.faults.set({ fault: "status-503" });
    expect([await attempts(), await attempts()]).toEqual([2, 1]);
  });

  test.each([
    ["responds with 429", () => new UpstreamRateLimitedError("busy")],
    ["responds with nonsense", () => new UpstreamBadResponseError("nonsense")],
    ["rejects the key", () => new UpstreamAuthFailedError("no")],
  ])("stops retrying when Mindset closes idle connections and %s on new ones", async (_, failure) => {
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
      refreshAfterRejection: async () => undefined,
      wait: immediately,
    });
    for (let i = 0; i < 30; i++) {
      idle = true;
      await expect(failing(context)).rejects.toBeInstanceOf(Error);
    }
    expect(calls).toBeLessThanOrEqual(30 + 11);
  });

  test.each([
    [
      "closes the idle connections before it retries a failure to connect",
      new UpstreamUnreachableError("", { cause: { code: "ECONNRESET" } }),
      1,
    ],
    ["keeps the idle connections when it retries a 503", new UpstreamUnavailableError("", { upstreamStatus: 503 }), 0],
  ])("%s", async (_, failure, expected) => {
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
      refreshAfterRejection: async () => undefined,
    });
    expect(await ask(context)).toMatchObject({ authToken: "t-1", attempts: 2, upstreamStatus: 200 });
    expect(dropped).toBe(expected);
  });

  test("rethrows unknown errors unchanged", async () => {
    const connection = { exchange: () => Promise.reject(new TypeError("bug")), dropIdle: () => {} };
    const broken = createTokenRequester({ appUid: "app-1", connection, refreshAfterRejection: async () => undefined });
    const bug = await broken(context).catch((error) => error);
    expect(bug).toEqual(new TypeError("bug"));
    expect(bug).not.toHaveProperty("attempts");
  });
});

describe("when Mindset rejects the key", () => {
  test.each([["status-401"], ["status-403"]])(
    "retries immediately with the key that the secret holds now (%s)",
    async (fault) => {
      mindset.faults.set({ fault, times: 1 });
      mindset.setApiKeys(["key-2"]);
      stored = "key-2";
      expect(await request()).toMatchObject({ attempts: 2, apiKey: { value: "key-2" } });
      expect(mindset.requests.map(({ headers }) => headers["x-api-key"])).toEqual(["key-1", "key-2"]);
      expect(secretReads).toBe(1);
    },
  );

  test.each([
    ["status-401", "UPSTREAM_AUTH_FAILED"],
    ["status-403", "UPSTREAM_FORBIDDEN"],
  ])("fails after one attempt without a name when the secret holds no other key (%s, %s)", async (fault, code) => {
    mindset.faults.set({ fault });
    const rejected = { code, publicCode: "UPSTREAM_ERROR", status: 502, attempts: 1, operatorActionNeeded: true };
    expect(await failureOf(nameless)).toMatchObject(rejected);
    expect(secretReads).toBe(1);
  });

  test("fails after one attempt also with a name when the status is 401, which only means the key", async () => {
    mindset.faults.set({ fault: "status-401" });
    const rejected = { code: "UPSTREAM_AUTH_FAILED", attempts: 1, operatorActionNeeded: true };
    expect(await failureOf()).toMatchObject(rejected);
  });

  test("does not blame the key for a failure of another kind", async () => {
    const ask = requester(immediately);
    mindset.faults.set({ fault: "status-500", times: 2 });
    await failureFrom(ask(nameless));
    mindset.faults.set({ fault: "status-403", times: 1 });
    expect(await ask(context)).toMatchObject({ attempts: 2, nameProblem: { operatorActionNeeded: false } });
  });

  test("fails after two attempts when the other key is rejected, too", async () => {
    mindset.setApiKeys([]);
    stored = "key-2";
    expect(await failureOf()).toMatchObject({ code: "UPSTREAM_FORBIDDEN", attempts: 2 });
    expect(secretReads).toBe(1);
  });

  test("fails after one attempt when the secret has no key any more", async () => {
    mindset.setApiKeys([]);
    const connection = openMindsetConnection({ protocol: "http:", hostname: "127.0.0.1", port: mindset.port });
    const ask = createTokenRequester({ appUid: "app-1", connection, refreshAfterRejection: async () => undefined });
    expect(await failureFrom(ask(context))).toMatchObject({ code: "UPSTREAM_FORBIDDEN", attempts: 1 });
  });
});

describe("when Mindset responds with 403 to a request with a name", () => {
  /** Requests for tokens from a Mindset behind a firewall that rejects `<script>`. */
  async function withFirewall(work: (ask: RequestToken, names: unknown[]) => Promise<unknown>) {
    const names: unknown[] = [];
    const server = createServer(async (request, response) => {
      const sent = await text(request);
      names.push(JSON.parse(sent).name);
      const isAdas = JSON.parse(sent).externalId === "ada";
      const isServed = isAdas && !sent.includes("<script>") && request.headers["x-api-key"] === acceptedKey;
      response.writeHead(isServed ? 201 : 403).end(isServed ? '{"authToken":"t-1"}' : "");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const connection = openMindsetConnection({ protocol: "http:", hostname: "127.0.0.1", port });
    const refreshAfterRejection = async () => key(stored);
    await work(createTokenRequester({ appUid: "app-1", connection, refreshAfterRejection }), names);
    connection.dropIdle();
    server.close();
  }
  let acceptedKey = "key-1";
  afterEach(() => {
    acceptedKey = "key-1";
  });
  const script = "<script>";
  const scripted = { ...context, caller: { ...context.caller, name: script } };
  const scriptedBody = { ...nameless, tokenRequest: { name: script } };

  test.each([
    ["sign-in", scripted],
    ["body", scriptedBody],
  ])("repeats it without the name, and names the problem (name from the %s)", async (_, request) => {
    await withFirewall(async (ask, names) => {
      const nameProblem = { code: "UPSTREAM_FORBIDDEN", operatorActionNeeded: false };
      expect(await ask(request)).toMatchObject({ authToken: "t-1", attempts: 2, upstreamStatus: 201, nameProblem });
      expect(names).toEqual([script, undefined]);
      expect(await ask(context)).toEqual({ authToken: "t-1", attempts: 1, upstreamStatus: 201, apiKey: key("key-1") });
    });
  });

  test("retries with the new key and the name after a rotation", async () => {
    await withFirewall(async (ask, names) => {
      acceptedKey = stored = "key-2";
      expect(await ask(context)).toMatchObject({ attempts: 2, apiKey: key("key-2") });
      expect(names).toEqual(["Ada", "Ada"]);
    });
  });

  test("fails after two calls, without an alarm, when the new key is rejected with the name, too", async () => {
    await withFirewall(async (ask, names) => {
      acceptedKey = stored = "key-2";
      const forbidden = { code: "UPSTREAM_FORBIDDEN", attempts: 2, operatorActionNeeded: false };
      expect(await failureFrom(ask(scripted))).toMatchObject(forbidden);
      expect(names).toEqual([script, script]);
    });
  });

  test("blames the key when the request without the name is rejected, and makes one call until it changes", async () => {
    await withFirewall(async (ask, names) => {
      acceptedKey = "key-2";
      const rejected = { code: "UPSTREAM_FORBIDDEN", operatorActionNeeded: true };
      expect(await failureFrom(ask(context))).toMatchObject({ ...rejected, attempts: 2 });
      expect(await failureFrom(ask(scripted))).toMatchObject({ ...rejected, attempts: 1 });
      expect(await failureFrom(ask(context))).toMatchObject({ ...rejected, attempts: 1 });
      expect(names).toEqual(["Ada", undefined, script, "Ada"]);
      stored = "key-2";
      expect(await ask({ ...scripted, apiKey: key("key-2") })).toMatchObject({ attempts: 2 });
    });
  });

  test("stops blaming a key that was rejected once Mindset accepts it again", async () => {
    await withFirewall(async (ask) => {
      acceptedKey = "key-2";
      await failureFrom(ask(nameless));
      acceptedKey = "key-1";
      await ask(context);
      expect(await ask(scripted)).toMatchObject({ attempts: 2, nameProblem: { operatorActionNeeded: false } });
    });
  });

  test("costs no retry of the budget", async () => {
    await withFirewall(async (ask) => {
      for (let i = 0; i < 20; i++) expect(await ask(scripted)).toMatchObject({ attempts: 2 });
    });
  });
});

test("stops retrying when 503 and closed connections alternate", async () => {
  const ask = requester(immediately);
  const attempts: number[] = [];
  for (let i = 0; i < 40; i++) {
    mindset.faults.set({ fault: i % 2 === 0 ? "status-503" : "reset" });
    attempts.push((await failureFrom(ask(context))).attempts);
  }
  expect(attempts.filter((made) => made === 2)).toHaveLength(10);
});

test("40 stale connections at the same time lose no request and cost no retry", async () => {
  const ask = requester();
  function burst() {
    return Promise.all(Array.from({ length: 40 }, () => ask(context)));
  }
  await burst();
  mindset.faults.set({ fault: "reset", times: 40 });
  const issued = await burst();
  expect(issued.map(({ attempts }) => attempts)).toEqual(Array(40).fill(2));
});
