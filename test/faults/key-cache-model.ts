/** Experiment: the cache of the key against a model of it, in thousands of random sequences of what can happen. */
import fc from "fast-check";
import type { TokenError } from "../../lambda/token/errors.ts";
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
const key = fc.constantFrom(...KEYS);
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

const DUE: Step[] = [
  { do: "read", times: 1 },
  { do: "wait", ms: 360_000 },
];
/** What chance alone seldom brings about: the key is refused while, or right after, an old read ends. */
const rotations: fc.Arbitrary<Step[]> = fc.oneof(
  fc
    .record({ value: key, times })
    .map(({ value, times }): Step[] => [
      ...DUE,
      { do: "hold" },
      { do: "read", times },
      { do: "store", value },
      { do: "refuse", times },
      { do: "release" },
    ]),
  fc
    .record({ failure: fc.constantFrom(...FAILURES), value: key, times })
    .map(({ failure, value, times }): Step[] => [
      ...DUE,
      { do: "store", value: failure },
      { do: "hold" },
      { do: "read", times },
      { do: "wait", ms: 360_000 },
      { do: "store", value },
      { do: "release" },
      { do: "refuse", times },
    ]),
);
const sequence = fc
  .array(fc.oneof({ weight: 24, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: rotations }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((parts) => parts.flat());

/** Sequences of storing, failing, waiting, reading, refusing, and reads that hang and come back. */
export async function run(_scale: Scale): Promise<Findings> {
  const seen = { keys: 0, refusals: 0, owed: 0, owedDuringARead: 0, reads: 0, mostInFlight: 0 };
  const refused = new Set<string>();
  let played = 0;
  let violated = 0;
  const property = fc.asyncProperty(sequence, async (steps) => {
    const world = await play(steps);
    played += 1;
    seen.keys += world.seen.keys;
    seen.refusals += world.seen.refusals;
    seen.owed += world.seen.owed;
    seen.owedDuringARead += world.seen.owedDuringARead;
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
  const { keys, refusals, owed, owedDuringARead, reads, mostInFlight } = seen;
  const cells = [played, keys, refused.size, refusals, owed, owedDuringARead, reads, mostInFlight, violated];
  return {
    title: "The cache of the key against its model",
    head: HEAD,
    rows: [cells.map(toCount)],
    misses,
  };
}

const HEAD = [
  "sequences",
  "keys handed out",
  "different keys refused",
  "times",
  "of them another was stored, and no backoff forbade to read it",
  "of them while a read was on its way",
  "secret reads",
  "most of them in flight at once",
  "sequences with a key that was never stored, over 24 h old or just refused, a read right after one in vain, or a stored key that was not given for a refused one",
];

/** Plays one sequence. */
async function play(steps: Step[]): Promise<KeyCacheWorld> {
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
}
