/** Pure: medians, quantiles, and how sure a ratio of medians is. */

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

/** A ratio of two medians, and where 95 of 100 repetitions would find it. */
export interface Ratio {
  value: number;
  low: number;
  high: number;
}

/** The bootstrap: draws both samples anew, again and again; the same samples always give the same interval. */
export function ratioOfMedians(values: readonly number[], base: readonly number[], draws = 1_000): Ratio {
  const random = createRandom();
  function redraw(from: readonly number[]) {
    return from.map(() => from[Math.floor(random() * from.length)] ?? 0);
  }
  const ratios = Array.from({ length: draws }, () => median(redraw(values)) / median(redraw(base)));
  return { value: median(values) / median(base), low: quantile(ratios, 0.025), high: quantile(ratios, 0.975) };
}

/** In another order at each call. */
export function shuffle<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Numbers from 0 to 1 that look random and are always the same (Lehmer's generator). */
function createRandom(seed = 42) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
