/** Pure: a JSON value -> the same with something wrong in it, at random but repeatable. */

/** 0 to 1, the same sequence for the same seed. */
export type Random = () => number;

/** @see https://github.com/cprosche/mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the values. */
export function oneOf<T>(values: readonly T[], random: Random): T {
  return values[Math.floor(random() * values.length)] as T;
}

/**
 * Changes one place of the value, which itself stays as it is.
 *
 * @param strange values that may turn up anywhere.
 */
export function mutate(value: unknown, strange: readonly unknown[], random: Random): unknown {
  const isTree = typeof value === "object" && value !== null;
  if (!isTree || random() < 0.1) return oneOf(strange, random);
  const keys = Object.keys(value);
  const key = oneOf([...keys, ...ODD_KEYS], random);
  const child = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : oneOf(strange, random);
  const { [key]: _removed, ...others } = value as Record<string, unknown>;
  const changed = random() < 0.1 ? others : { ...others, [renamed(key, random)]: mutate(child, strange, random) };
  return Array.isArray(value) ? Object.values(changed) : changed;
}

const ODD_KEYS = ["__proto__", "constructor", "sub", "claims", "jwt", "authorizer", "requestContext", "body"];

function renamed(key: string, random: Random): string {
  return random() < 0.05 ? oneOf(ODD_KEYS, random) : key;
}
