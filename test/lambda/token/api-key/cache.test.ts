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

/** A secret and a clock to play with; counts the reads and how many run at once. */
class World {
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

let world: World;
beforeEach(() => {
  world = new World();
});

describe("the API key", () => {
  test("is read once, and again after five minutes", async () => {
    expect(await world.cache.read()).toEqual({ value: "key-1", ageMs: 0, problem: undefined });
    world.stored = "key-2";
    world.time += 299 * SECOND;
    expect(await world.cache.read()).toEqual({ value: "key-1", ageMs: 299 * SECOND, problem: undefined });
    expect(world.reads).toBe(1);
    world.time += 2 * SECOND;
    expect(await world.value()).toBe("key-2");
    expect(world.reads).toBe(2);
  });

  test.each([
    [0, 270],
    [1, 330],
  ])("is read again with 10 %% of jitter (%d: after %d s)", async (random, seconds) => {
    const cache = new ApiKeyCache({
      now: () => world.time,
      random: () => random,
      readSecret: async () => `${++world.reads}`,
    });
    await cache.read();
    world.time += seconds * SECOND - 1;
    expect((await cache.read()).value).toBe("1");
    world.time += 1;
    expect((await cache.read()).value).toBe("2");
  });

  test("is read once for 100 requests that come at the same time", async () => {
    const values = await Promise.all(Array.from({ length: 100 }, () => world.value()));
    expect(new Set(values)).toEqual(new Set(["key-1"]));
    expect(world.reads).toBe(1);
  });

  test("works with the real clock and timers too: a reading that hangs costs half a second", async () => {
    let now = Date.now();
    const readings = [Promise.resolve("key"), new Promise<string>(() => {})];
    function readSecret() {
      return readings.shift() ?? Promise.reject(new Error("one reading too many"));
    }
    const cache = new ApiKeyCache({ readSecret, now: () => now });
    await cache.read();
    now += 6 * MINUTE;
    const began = performance.now();
    expect((await cache.read()).value).toBe("key");
    expect(performance.now() - began).toBeGreaterThan(490);
    expect((await new ApiKeyCache({ readSecret: async () => "key" }).read()).ageMs).toBeLessThan(1_000);
  });
});

describe("when Secrets Manager is down", () => {
  test("a cold request fails with SECRET_UNAVAILABLE, and the first one after it is back succeeds", async () => {
    world.stored = down;
    await expect(world.value()).rejects.toBe(down);
    await expect(world.value()).rejects.toBe(down);
    expect(world.reads).toBe(2);
    world.stored = "key-1";
    expect(await world.value()).toBe("key-1");
  });

  test("the known key serves on for 30 minutes, with at most one attempt in 5 s", async () => {
    await world.value();
    world.stored = down;
    const start = world.time;
    for (; world.time < start + 30 * MINUTE; world.time += 100) {
      const key = await world.cache.read();
      expect(key.value).toBe("key-1");
      expect(key.problem).toBe(world.reads > 1 ? down : undefined);
    }
    expect(world.reads - 1).toBeLessThanOrEqual((25 * MINUTE) / (5 * SECOND) + 1);
    expect(world.reads).toBeGreaterThan(250);
  });

  test("the known key serves for 24 hours at most", async () => {
    await world.value();
    world.stored = down;
    world.time += 24 * HOUR;
    expect(await world.value()).toBe("key-1");
    world.time += 1;
    await expect(world.value()).rejects.toBe(down);
    world.stored = "key-2";
    expect(await world.value()).toBe("key-2");
  });

  test("a slow answer holds nobody up who has a key: one waits a moment, the others not at all", async () => {
    await world.value();
    const { closed, open } = gate();
    world.gate = closed;
    world.stored = "key-2";
    world.time += 6 * MINUTE;
    expect(await Promise.all([world.value(), world.value(), world.value()])).toEqual(["key-1", "key-1", "key-1"]);
    open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await world.value()).toBe("key-2");
    expect(world.reads).toBe(2);
  });
});

describe("when something is wrong that only an operator can mend", () => {
  test("a key that is not set is asked for again after 5 s, not at every request", async () => {
    world.stored = notSet;
    for (let i = 0; i < 50; i++, world.time += 100) await expect(world.value()).rejects.toBe(notSet);
    expect(world.reads).toBe(1);
    world.stored = "key-1";
    expect(await world.value()).toBe("key-1");
  });

  test("a key that was good serves on, and says what is wrong", async () => {
    await world.value();
    world.time += 6 * MINUTE;
    world.stored = denied;
    expect(await world.cache.read()).toEqual({ value: "key-1", ageMs: 6 * MINUTE, problem: denied });
    world.stored = "key-1";
    world.time += 5 * SECOND;
    expect((await world.cache.read()).problem).toBeUndefined();
  });
});

describe("when Mindset refuses the key", () => {
  test("the secret is read again at once, and the new key taken", async () => {
    await world.value();
    world.stored = "key-2";
    expect(await world.cache.replace("key-1")).toEqual({ value: "key-2", ageMs: 0, problem: undefined });
    expect(world.reads).toBe(2);
  });

  test("100 requests that are refused together cost one read", async () => {
    await world.value();
    world.stored = "key-2";
    const keys = await Promise.all(Array.from({ length: 100 }, () => world.cache.replace("key-1")));
    expect(new Set(keys.map((key) => key?.value))).toEqual(new Set(["key-2"]));
    expect(world.reads).toBe(2);
    expect((await world.cache.replace("key-1"))?.value).toBe("key-2");
    expect(world.reads).toBe(2);
  });

  test("a read that began before the refusal does not count: it may bring the old key", async () => {
    await world.value();
    world.time += 6 * MINUTE;
    const { closed, open } = gate();
    world.gate = closed;
    const renewing = world.value();
    await new Promise((resolve) => setImmediate(resolve));
    world.stored = "key-2";
    const replacing = world.cache.replace("key-1");
    open();
    expect(await renewing).toBe("key-1");
    expect((await replacing)?.value).toBe("key-2");
    expect(world.mostInFlight).toBe(1);
  });

  test("and the secret holds no other, it is read again after 0.5 s, 1 s, 2 s, ... 10 s", async () => {
    await world.value();
    const start = world.time;
    const readAt: number[] = [];
    for (; world.time < start + 60 * SECOND; world.time += 100) {
      const before = world.reads;
      expect(await world.cache.replace("key-1")).toBeUndefined();
      if (world.reads > before) readAt.push((world.time - start) / SECOND);
    }
    expect(readAt).toEqual([0, 0.5, 1.5, 3.5, 7.5, 15.5, 25.5, 35.5, 45.5, 55.5]);
    world.stored = "key-2";
    world.time += 10 * SECOND;
    expect((await world.cache.replace("key-1"))?.value).toBe("key-2");
    expect(await world.cache.replace("key-2")).toBeUndefined();
  });

  test("with another key the steps begin anew", async () => {
    await world.value();
    for (let i = 0; i < 5; i++, world.time += 10 * SECOND) await world.cache.replace("key-1");
    world.stored = "key-2";
    expect((await world.cache.replace("key-1"))?.value).toBe("key-2");
    world.stored = "key-3";
    expect((await world.cache.replace("key-2"))?.value).toBe("key-3");
  });

  test("there is no other key as long as none is known, and nothing is thrown", async () => {
    expect(await world.cache.replace("key-1")).toBeUndefined();
    expect(world.reads).toBe(0);
  });

  test("after a quiet minute the steps begin anew", async () => {
    await world.value();
    for (let i = 0; i < 5; i++, world.time += 10 * SECOND) await world.cache.replace("key-1");
    world.time += 61 * SECOND;
    await world.cache.replace("key-1");
    const { reads } = world;
    world.time += 500;
    await world.cache.replace("key-1");
    expect(world.reads).toBe(reads + 1);
  });

  test("and Secrets Manager is down, there is no other key, and nothing is thrown", async () => {
    await world.value();
    world.stored = down;
    expect(await world.cache.replace("key-1")).toBeUndefined();
    expect(await world.value()).toBe("key-1");
  });

  test("and Secrets Manager is down when the key is due, it is asked no more often for the refusal", async () => {
    await world.value();
    world.stored = down;
    world.time += 6 * MINUTE;
    const start = world.time;
    const readAt: number[] = [];
    for (; world.time < start + 30 * SECOND; world.time += 100) {
      const before = world.reads;
      expect(await world.value()).toBe("key-1");
      expect(await world.cache.replace("key-1")).toBeUndefined();
      for (let read = before; read < world.reads; read++) readAt.push((world.time - start) / SECOND);
    }
    expect(readAt).toEqual([0, 0.5, 1.5, 3.5, 7.5, 12.5, 17.5, 22.5, 27.5]);
  });

  test("and a read that was on its way fails, it is read again no sooner than 0.5 s after that read began", async () => {
    await world.value();
    world.time += 6 * MINUTE;
    world.stored = down;
    const { closed, open } = gate();
    world.gate = closed;
    const renewing = world.value();
    const replacing = world.cache.replace("key-1");
    world.time += 400;
    open();
    expect(await Promise.all([renewing, replacing])).toEqual(["key-1", undefined]);
    expect(world.reads).toBe(2);
    world.time += 100;
    world.stored = "key-2";
    expect((await world.cache.replace("key-1"))?.value).toBe("key-2");
  });

  test("and a read that was on its way fails because Lambda froze the instance, it is read again at once", async () => {
    await world.value();
    world.time += 6 * MINUTE;
    world.stored = down;
    const { closed, open } = gate();
    world.gate = closed;
    const renewing = world.value();
    const replacing = world.cache.replace("key-1");
    world.time += 30 * SECOND;
    world.stored = "key-2";
    open();
    expect((await replacing)?.value).toBe("key-2");
    await renewing;
  });
});
