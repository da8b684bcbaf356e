/** Experiment: the cache of the key against a model of it, in thousands of random sequences of what can happen. */
import fc from "fast-check";
import type { TokenError } from "../../lambda/errors.ts";
import { type Findings, type Scale, toCount } from "./findings.ts";
import { FAILURES, KeyCacheWorld, soon } from "./key-cache-world.ts";

const SEQUENCES = 5_000;
type Step =
  | { do: "store"; value: string | TokenError }
  | { do: "wait"; ms: number }
  | { do: "read"; times: number }
  | { do: "refuse"; times: number }
  | { do: "hold" }
  | { do: "release" };

const times = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("store" as const),
    value: fc.constantFrom<string | TokenError>("a", "b", "c", ...FAILURES),
  }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 400, 5_000, 360_000, 25 * 3_600_000) }),
  fc.record({ do: fc.constant("read" as const), times }),
  fc.record({ do: fc.constant("refuse" as const), times }),
  fc.record({ do: fc.constantFrom("hold" as const, "release" as const) }),
);

/** Sequences of storing, failing, waiting, reading, refusing, and reads that hang and come back. */
export const run = async (_scale: Scale): Promise<Findings> => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), play);
  const { failed, counterexample, errorInstance } = await fc.check(property, { numRuns: SEQUENCES });
  return {
    title: "The cache of the key against its model",
    head: [
      "sequences",
      "keys that were never stored, or over 24 h old, or just refused",
      "reads in flight at once, at most",
    ],
    rows: [[toCount(SEQUENCES), failed ? "found" : "0", failed ? "?" : "1"]],
    misses: failed ? [`${errorInstance}: ${JSON.stringify(counterexample)}`] : [],
  };
};

/** Plays one sequence. @throws Error when the cache does what it must not. */
const play = async (steps: Step[]): Promise<void> => {
  const world = new KeyCacheWorld();
  const pending: Promise<void>[] = [];
  for (const action of steps) {
    if (action.do === "store") world.store(action.value);
    else if (action.do === "wait") world.nowMs += action.ms;
    else if (action.do === "hold") world.hold();
    else if (action.do === "release") world.release();
    else for (let i = 0; i < action.times; i++) pending.push(action.do === "read" ? world.read() : world.refuse("a"));
    await soon();
  }
  world.release();
  await Promise.all(pending);
  if (world.violation) throw new Error(world.violation);
};
