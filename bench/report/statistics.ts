/** Medians, quantiles, and confidence intervals for ratios of medians. Pure. */

/** @param q 0 to 1, e.g. 0.99. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = q * (sorted.length - 1);
  const [below = Number.NaN, above = below] = sorted.slice(Math.floor(position), Math.floor(position) + 2);
  return below + (above - below) * (position % 1);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A ratio of two medians with its 95 % confidence interval. */
export interface Ratio {
  value: number;
  low: number;
  high: number;
}

/** Computes the interval by bootstrap. The same samples always give the same interval. */
export function ratioOfMedians(values: readonly number[], base: readonly number[], draws = 1_000): Ratio {
  const random = createRandom();
  function redraw(from: readonly number[]) {
    return from.map(() => from[Math.floor(random() * from.length)] ?? 0);
  }
  const ratios = Array.from({ length: draws }, () => median(redraw(values)) / median(redraw(base)));
  return { value: median(values) / median(base), low: quantile(ratios, 0.025), high: quantile(ratios, 0.975) };
}

/** Returns a copy in random order. */
export function shuffle<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** A seeded pseudo-random generator of numbers from 0 to 1 (Lehmer). */
function createRandom(seed = 42) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
