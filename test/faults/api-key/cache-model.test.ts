import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { pick, record } from "../size.ts";
import { FAILURES, KeyCacheWorld, soon } from "./cache-world.ts";

const HISTORIES = pick({ quick: 1_000, full: 5_000 });
const KEYS = ["a", "b", "c"];

/** One step of a history, or some that chance alone seldom puts in a row. */
class Step implements fc.AsyncCommand<object, KeyCacheWorld> {
  readonly #name: string;
  readonly #acts: ((world: KeyCacheWorld) => unknown)[];
  constructor(name: string, ...acts: ((world: KeyCacheWorld) => unknown)[]) {
    this.#name = name;
    this.#acts = acts;
  }
  check() {
    return true;
  }
  async run(_: object, world: KeyCacheWorld) {
    for (const act of this.#acts) {
      act(world);
      await soon();
      expect(world.violation).toBeUndefined();
    }
  }
  toString() {
    return this.#name;
  }
}

const times = fc.integer({ min: 1, max: 4 });
const key = fc.constantFrom(...KEYS);
const failure = fc.constantFrom(...FAILURES);
const UNTIL_DUE_MS = 360_000;
const untilDue = [(world: KeyCacheWorld) => world.read(1), (world: KeyCacheWorld) => world.pass(UNTIL_DUE_MS)];

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.oneof(key, failure).map((value) => new Step(`store ${value}`, (world) => world.store(value))),
  fc
    .constantFrom(1, 400, 5_000, UNTIL_DUE_MS, 25 * 3_600_000)
    .map((ms) => new Step(`wait ${ms} ms`, (world) => world.pass(ms))),
  times.map((n) => new Step(`read ${n} times`, (world) => world.read(n))),
  times.map((n) => new Step(`reject ${n} times`, (world) => world.reject(n))),
  fc.constantFrom(new Step("hold", (world) => world.hold()), new Step("release", (world) => world.release())),
);

const rotation: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(key, times).map(
    ([value, n]) =>
      new Step(
        `reject ${n} times while an old read is under way, ${value} is stored`,
        ...untilDue,
        (world) => world.hold(),
        (world) => world.read(n),
        (world) => world.store(value),
        (world) => world.reject(n),
        (world) => world.release(),
      ),
  ),
  fc.tuple(failure, key, times).map(
    ([error, value, n]) =>
      new Step(
        `reject ${n} times right after an old read has failed with ${error}, ${value} is stored`,
        ...untilDue,
        (world) => world.store(error),
        (world) => world.hold(),
        (world) => world.read(n),
        (world) => world.pass(UNTIL_DUE_MS),
        (world) => world.store(value),
        (world) => world.release(),
        (world) => world.reject(n),
      ),
  ),
);

test("returns stored keys only, for 24 h at most, one read at a time, and replaces a rejected key", async () => {
  const seen = { keys: 0, rejections: 0, owed: 0, owedDuringARead: 0, reads: 0, mostInFlight: 0 };
  const histories = fc.commands([step, step, step, step, step, step, step, step, rotation], {
    maxCommands: 25,
    size: "max",
  });
  await fc.assert(
    fc.asyncProperty(histories, async (commands) => {
      const world = new KeyCacheWorld(seen);
      await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
      await world.finish();
      expect(world.violation).toBeUndefined();
    }),
    { numRuns: HISTORIES },
  );
  record("The cache of the key against its model", {
    histories: HISTORIES,
    "keys returned": seen.keys,
    "keys rejected": seen.rejections,
    "another was stored and no backoff forbade to read it": seen.owed,
    "and a read was under way": seen.owedDuringARead,
    "secret reads": seen.reads,
    "most at once": seen.mostInFlight,
  });
  expect(seen.mostInFlight).toBe(1);
  expect(Object.values(seen)).not.toContain(0); // or the histories try nothing
});
