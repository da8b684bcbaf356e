/** Experiment: the cache of the key against a model of it, in thousands of random sequences of what can happen. */
import fc from "fast-check";
import type { TokenError } from "../../lambda/errors.ts";
import { type Findings, type Scale, toCount } from "./findings.ts";
import { FAILURES, KeyCacheWorld, soon } from "./key-cache-world.ts";

const SEQUENCES = 5_000;
const KEYS = ["a", "b", "c"];

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
    value: fc.constantFrom<string | TokenError>(...KEYS, ...FAILURES),
  }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 400, 5_000, 360_000, 25 * 3_600_000) }),
  fc.record({ do: fc.constant("read" as const), times }),
  fc.record({ do: fc.constant("refuse" as const), times }),
  fc.record({ do: fc.constantFrom("hold" as const, "release" as const) }),
);

/** Sequences of storing, failing, waiting, reading, refusing, and reads that hang and come back. */
export const run = async (_scale: Scale): Promise<Findings> => {
  const seen = { keys: 0, refusals: 0, reads: 0, mostInFlight: 0 };
  const refused = new Set<string>();
  let played = 0;
  let violated = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
    const world = await play(steps);
    played += 1;
    seen.keys += world.seen.keys;
    seen.refusals += world.seen.refusals;
    seen.reads += world.seen.reads;
    for (const key of world.refused) refused.add(key);
    seen.mostInFlight = Math.max(seen.mostInFlight, world.seen.mostInFlight);
    if (!world.violation) return;
    violated += 1;
    throw new Error(world.violation);
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, { numRuns: SEQUENCES });
  const misses: string[] = [];
  if (failed) misses.push(`${errorInstance}: ${JSON.stringify(counterexample)}`);
  else if (played < SEQUENCES) misses.push(`only ${played} sequences were played`);
  if (seen.mostInFlight !== 1) misses.push(`${seen.mostInFlight} reads in flight at once`);
  if (refused.size !== KEYS.length) misses.push(`of ${KEYS.length} keys only ${refused.size} were refused`);
  for (const [what, count] of Object.entries(seen)) if (count === 0) misses.push(`no ${what}: nothing was tried`);
  return {
    title: "The cache of the key against its model",
    head: HEAD,
    rows: [[played, seen.keys, refused.size, seen.refusals, seen.reads, seen.mostInFlight, violated].map(toCount)],
    misses,
  };
};

const HEAD = [
  "sequences",
  "keys handed out",
  "different keys refused",
  "times",
  "secret reads",
  "most of them in flight at once",
  "sequences with a key that was never stored, over 24 h old or just refused, or a read right after one in vain",
];

/** Plays one sequence. */
const play = async (steps: Step[]): Promise<KeyCacheWorld> => {
  const world = new KeyCacheWorld();
  const pending: Promise<void>[] = [];
  for (const action of steps) {
    if (action.do === "store") world.store(action.value);
    else if (action.do === "wait") world.nowMs += action.ms;
    else if (action.do === "hold") world.hold();
    else if (action.do === "release") world.release();
    else for (let i = 0; i < action.times; i++) pending.push(action.do === "read" ? world.read() : world.refuse());
    await soon();
  }
  world.release();
  await Promise.all(pending);
  return world;
};
