import { beforeEach, describe, expect, test } from "@jest/globals";
import { ApiKeyCache } from "../../../../lambda/token/api-key/cache.ts";
import {
  ApiKeyNotSetError,
  SecretAccessError,
  SecretUnavailableError,
  type TokenError,
} from "../../../../lambda/token/errors.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A secret and a clock under the test's control; counts the reads, and how many run at the same time. */
class Fixture {
  time = 1_795_348_800_000;
  stored: string | TokenError = "key-1";
  reads = 0;
  inFlight = 0;
  mostInFlight = 0;
  /** When set, reads wait for it. */
  gate: Promise<void> | undefined;

  readonly cache = new ApiKeyCache({
    now: () => this.time,
    random: () => 0.5,
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    readSecret: async () => {
      this.reads += 1;
      this.inFlight += 1;
      this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
      const found = this.stored;
      await this.gate;
      this.inFlight -= 1;
      if (typeof found !== "string") throw found;
      return found;
    },
  });

  async value(): Promise<string> {
    return (await this.cache.read()).value;
  }
}

const down = new SecretUnavailableError("down");
const denied = new SecretAccessError("denied");
const notSet = new ApiKeyNotSetError("not set");
function gate() {
  let open = () => {};
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { closed, open };
}

let fixture: Fixture;
beforeEach(() => {
  fixture = new Fixture();
});

describe("the cached key", () => {
  test("is refreshed after five minutes", async () => {
    expect(await fixture.cache.read()).toEqual({ value: "key-1", ageMs: 0, problem: undefined });
    fixture.stored = "key-2";
    fixture.time += 299 * SECOND;
    expect(await fixture.cache.read()).toEqual({ value: "key-1", ageMs: 299 * SECOND, problem: undefined });
    expect(fixture.reads).toBe(1);
    fixture.time += 2 * SECOND;
    expect(await fixture.value()).toBe("key-2");
    expect(fixture.reads).toBe(2);
  });

  test.each([
    [0, 270],
    [1, 330],
  ])("is refreshed with 10 %% of jitter (%d: after %d s)", async (random, seconds) => {
    const cache = new ApiKeyCache({
      now: () => fixture.time,
      random: () => random,
      readSecret: async () => `${++fixture.reads}`,
    });
    await cache.read();
    fixture.time += seconds * SECOND - 1;
    expect((await cache.read()).value).toBe("1");
    fixture.time += 1;
    expect((await cache.read()).value).toBe("2");
  });

  test("is read once for 100 concurrent requests", async () => {
    const values = await Promise.all(Array.from({ length: 100 }, () => fixture.value()));
    expect(new Set(values)).toEqual(new Set(["key-1"]));
    expect(fixture.reads).toBe(1);
  });

  test("costs half a second by the real clock when its refresh hangs", async () => {
    let now = Date.now();
    const reads = [Promise.resolve("key"), new Promise<string>(() => {})];
    function readSecret() {
      return reads.shift() ?? Promise.reject(new Error("one read too many"));
    }
    const cache = new ApiKeyCache({ readSecret, now: () => now });
    await cache.read();
    now += 6 * MINUTE;
    const began = performance.now();
    expect((await cache.read()).value).toBe("key");
    expect(performance.now() - began).toBeGreaterThan(490);
    const readAt = Date.now();
    const { ageMs } = await new ApiKeyCache({ readSecret: async () => "key" }).read();
    expect(ageMs).toBeLessThanOrEqual(Date.now() - readAt);
  });
});

describe("when the clock steps back an hour", () => {
  test("refreshes the key immediately, also during an outage", async () => {
    await fixture.value();
    fixture.time -= HOUR;
    fixture.stored = down;
    expect(await fixture.value()).toBe("key-1");
    fixture.time -= HOUR;
    fixture.stored = "key-2";
    expect(await fixture.value()).toBe("key-2");
  });
});

describe("during an outage of Secrets Manager", () => {
  test("fails with SECRET_UNAVAILABLE without a cached key, until the first read that succeeds", async () => {
    fixture.stored = down;
    await expect(fixture.value()).rejects.toBe(down);
    await expect(fixture.value()).rejects.toBe(down);
    expect(fixture.reads).toBe(2);
    fixture.stored = "key-1";
    expect(await fixture.value()).toBe("key-1");
  });

  test("uses the cached key for 30 minutes, and reads at most once in 5 s", async () => {
    await fixture.value();
    fixture.stored = down;
    const start = fixture.time;
    for (; fixture.time < start + 30 * MINUTE; fixture.time += SECOND) {
      const key = await fixture.cache.read();
      expect(key.value).toBe("key-1");
      expect(key.problem).toBe(fixture.reads > 1 ? down : undefined);
    }
    expect(fixture.reads - 1).toBeLessThanOrEqual((25 * MINUTE) / (5 * SECOND) + 1);
    expect(fixture.reads).toBeGreaterThan(250);
  });

  test("uses the cached key for at most 24 hours", async () => {
    await fixture.value();
    fixture.stored = down;
    fixture.time += 24 * HOUR;
    expect(await fixture.value()).toBe("key-1");
    fixture.time += 1;
    await expect(fixture.value()).rejects.toBe(down);
    fixture.stored = "key-2";
    expect(await fixture.value()).toBe("key-2");
  });

  test("waits for a read that hangs after 6 minutes, then uses the cached key for 30 s without a read", async () => {
    await fixture.value();
    fixture.stored = down;
    const { closed, open } = gate();
    fixture.gate = closed;
    fixture.time += 7 * MINUTE;
    const late = fixture.value();
    await new Promise((resolve) => setImmediate(resolve));
    fixture.time += 5 * SECOND;
    open();
    expect(await late).toBe("key-1");
    fixture.time += 24 * SECOND;
    expect(await fixture.value()).toBe("key-1");
    expect(fixture.reads).toBe(2);
    fixture.time += SECOND;
    expect(await fixture.value()).toBe("key-1");
    expect(fixture.reads).toBe(3);
  });

  test("uses the cached key while a refresh hangs", async () => {
    await fixture.value();
    const { closed, open } = gate();
    fixture.gate = closed;
    fixture.stored = "key-2";
    fixture.time += 6 * MINUTE;
    expect(await Promise.all([fixture.value(), fixture.value(), fixture.value()])).toEqual(["key-1", "key-1", "key-1"]);
    open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await fixture.value()).toBe("key-2");
    expect(fixture.reads).toBe(2);
  });
});

describe("when only an operator can fix the secret", () => {
  test("reads a placeholder again after 5 s, not at each request", async () => {
    fixture.stored = notSet;
    for (let i = 0; i < 50; i++, fixture.time += 100) await expect(fixture.value()).rejects.toBe(notSet);
    expect(fixture.reads).toBe(1);
    fixture.stored = "key-1";
    expect(await fixture.value()).toBe("key-1");
  });

  test.each([
    ["access is denied", denied],
    ["the placeholder is restored", notSet],
  ])("fails when the key is due and %s, and recovers 5 s after the fix", async (_, error) => {
    await fixture.value();
    fixture.stored = error;
    fixture.time += 299 * SECOND;
    expect(await fixture.value()).toBe("key-1");
    fixture.time += SECOND;
    await expect(fixture.value()).rejects.toBe(error);
    fixture.stored = "key-1";
    await expect(fixture.value()).rejects.toBe(error);
    fixture.time += 5 * SECOND;
    expect(await fixture.value()).toBe("key-1");
  });

  test("waits for a slow read more than 6 minutes after the last success, and fails", async () => {
    await fixture.value();
    fixture.stored = denied;
    const { closed, open } = gate();
    fixture.gate = closed;
    fixture.time += 6 * MINUTE;
    expect(await fixture.value()).toBe("key-1");
    fixture.time += 1;
    const late = Promise.allSettled([fixture.value(), fixture.value()]);
    for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
    open();
    expect(await late).toEqual(Array(2).fill({ status: "rejected", reason: denied }));
    expect(fixture.reads).toBe(2);
  });

  test("does not use the old key again during an outage that follows", async () => {
    await fixture.value();
    fixture.time += 5 * MINUTE;
    fixture.stored = denied;
    await expect(fixture.value()).rejects.toBe(denied);
    fixture.time += 5 * SECOND;
    fixture.stored = down;
    await expect(fixture.value()).rejects.toBe(down);
  });

  test("returns no key after a rejection, either", async () => {
    await fixture.value();
    fixture.stored = denied;
    expect(await fixture.cache.refreshAfterRejection("key-1")).toBeUndefined();
    await expect(fixture.value()).rejects.toBe(denied);
  });

  test("reads again when Lambda froze the instance during a read that then failed like an outage", async () => {
    await fixture.value();
    fixture.time += 5 * MINUTE;
    fixture.stored = down;
    const { closed, open } = gate();
    fixture.gate = closed;
    expect(await fixture.value()).toBe("key-1");
    fixture.time += HOUR;
    fixture.stored = denied;
    const thawed = fixture.value();
    open();
    await expect(thawed).rejects.toBe(denied);
  });

  test("reads again when Lambda froze the instance during the first read", async () => {
    const { closed, open } = gate();
    fixture.gate = closed;
    const prefetch = fixture.value();
    fixture.time += 25 * HOUR;
    fixture.stored = "key-2";
    const thawed = fixture.value();
    open();
    expect(await Promise.all([prefetch, thawed])).toEqual(["key-2", "key-2"]);
    expect(fixture.reads).toBe(2);
  });

  test("fails with SECRET_UNAVAILABLE when Lambda froze the instance during both reads", async () => {
    const gates = [gate(), gate()];
    fixture.gate = gates[0]?.closed;
    const failure = expect(fixture.value()).rejects.toMatchObject({ code: "SECRET_UNAVAILABLE" });
    fixture.gate = gates[1]?.closed;
    for (const { open } of gates) {
      fixture.time += 25 * HOUR;
      open();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await failure;
  });

  test("reads again when Lambda froze the instance during a read that then succeeded", async () => {
    await fixture.value();
    fixture.time += 5 * MINUTE;
    const { closed, open } = gate();
    fixture.gate = closed;
    expect(await fixture.value()).toBe("key-1");
    fixture.time += HOUR;
    fixture.stored = denied;
    const thawed = fixture.value();
    open();
    await expect(thawed).rejects.toBe(denied);
  });
});

describe("when Mindset rejects the key", () => {
  test("reads the secret immediately and returns the new key", async () => {
    await fixture.value();
    fixture.stored = "key-2";
    expect(await fixture.cache.refreshAfterRejection("key-1")).toEqual({
      value: "key-2",
      ageMs: 0,
      problem: undefined,
    });
    expect(fixture.reads).toBe(2);
  });

  test("reads the secret once for 100 concurrent rejections", async () => {
    await fixture.value();
    fixture.stored = "key-2";
    const keys = await Promise.all(Array.from({ length: 100 }, () => fixture.cache.refreshAfterRejection("key-1")));
    expect(new Set(keys.map((key) => key?.value))).toEqual(new Set(["key-2"]));
    expect(fixture.reads).toBe(2);
    expect((await fixture.cache.refreshAfterRejection("key-1"))?.value).toBe("key-2");
    expect(fixture.reads).toBe(2);
  });

  test("reads again when the read in flight began before the rejection", async () => {
    await fixture.value();
    fixture.time += 6 * MINUTE;
    const { closed, open } = gate();
    fixture.gate = closed;
    const refreshing = fixture.value();
    await new Promise((resolve) => setImmediate(resolve));
    fixture.stored = "key-2";
    const rejection = fixture.cache.refreshAfterRejection("key-1");
    open();
    expect(await refreshing).toBe("key-1");
    expect((await rejection)?.value).toBe("key-2");
    expect(fixture.mostInFlight).toBe(1);
  });

  test("backs off from 0.5 s to 10 s while the secret holds no other key", async () => {
    await fixture.value();
    const start = fixture.time;
    const readAt: number[] = [];
    for (; fixture.time < start + 60 * SECOND; fixture.time += 100) {
      const before = fixture.reads;
      expect((await fixture.cache.refreshAfterRejection("key-1"))?.value).toBe("key-1");
      if (fixture.reads > before) readAt.push((fixture.time - start) / SECOND);
    }
    expect(readAt).toEqual([0, 0.5, 1.5, 3.5, 7.5, 15.5, 25.5, 35.5, 45.5, 55.5]);
    fixture.stored = "key-2";
    fixture.time += 10 * SECOND;
    expect((await fixture.cache.refreshAfterRejection("key-1"))?.value).toBe("key-2");
    expect((await fixture.cache.refreshAfterRejection("key-2"))?.value).toBe("key-2");
  });

  test("resets the backoff with a new key", async () => {
    await fixture.value();
    for (let i = 0; i < 5; i++, fixture.time += 10 * SECOND) await fixture.cache.refreshAfterRejection("key-1");
    fixture.stored = "key-2";
    expect((await fixture.cache.refreshAfterRejection("key-1"))?.value).toBe("key-2");
    fixture.stored = "key-3";
    expect((await fixture.cache.refreshAfterRejection("key-2"))?.value).toBe("key-3");
  });

  test("returns undefined and reads nothing before the first key", async () => {
    expect(await fixture.cache.refreshAfterRejection("key-1")).toBeUndefined();
    expect(fixture.reads).toBe(0);
  });

  test("resets the backoff after a quiet minute", async () => {
    await fixture.value();
    for (let i = 0; i < 5; i++, fixture.time += 10 * SECOND) await fixture.cache.refreshAfterRejection("key-1");
    fixture.time += 61 * SECOND;
    await fixture.cache.refreshAfterRejection("key-1");
    const { reads } = fixture;
    fixture.time += 500;
    await fixture.cache.refreshAfterRejection("key-1");
    expect(fixture.reads).toBe(reads + 1);
  });

  test("reads the secret immediately after the clock stepped back an hour", async () => {
    await fixture.value();
    await fixture.cache.refreshAfterRejection("key-1");
    fixture.time -= HOUR;
    fixture.stored = "key-2";
    expect((await fixture.cache.refreshAfterRejection("key-1"))?.value).toBe("key-2");
  });

  test("returns the same key when Secrets Manager is down", async () => {
    await fixture.value();
    fixture.stored = down;
    expect((await fixture.cache.refreshAfterRejection("key-1"))?.value).toBe("key-1");
    expect(await fixture.value()).toBe("key-1");
  });

  test("reads no more often when the key is due, too, and Secrets Manager is down", async () => {
    await fixture.value();
    fixture.stored = down;
    fixture.time += 6 * MINUTE;
    const start = fixture.time;
    const readAt: number[] = [];
    for (; fixture.time < start + 30 * SECOND; fixture.time += 100) {
      const before = fixture.reads;
      expect(await fixture.value()).toBe("key-1");
      expect((await fixture.cache.refreshAfterRejection("key-1"))?.value).toBe("key-1");
      for (let read = before; read < fixture.reads; read++) readAt.push((fixture.time - start) / SECOND);
    }
    expect(readAt).toEqual([0, 0.5, 1.5, 3.5, 7.5, 12.5, 17.5, 22.5, 27.5]);
  });

  test("reads again 0.5 s after the start of a read in flight that fails", async () => {
    await fixture.value();
    fixture.time += 6 * MINUTE;
    fixture.stored = down;
    const { closed, open } = gate();
    fixture.gate = closed;
    const refreshing = fixture.value();
    const rejection = fixture.cache.refreshAfterRejection("key-1");
    fixture.time += 400;
    open();
    expect(await Promise.all([refreshing, rejection])).toEqual(["key-1", expect.objectContaining({ value: "key-1" })]);
    expect(fixture.reads).toBe(2);
    fixture.time += 100;
    fixture.stored = "key-2";
    expect((await fixture.cache.refreshAfterRejection("key-1"))?.value).toBe("key-2");
  });

  test("reads again immediately when a read in flight failed because Lambda froze the instance", async () => {
    await fixture.value();
    fixture.time += 6 * MINUTE;
    fixture.stored = down;
    const { closed, open } = gate();
    fixture.gate = closed;
    const refreshing = fixture.value();
    const rejection = fixture.cache.refreshAfterRejection("key-1");
    fixture.time += 30 * SECOND;
    fixture.stored = "key-2";
    open();
    expect((await rejection)?.value).toBe("key-2");
    await refreshing;
  });
});
