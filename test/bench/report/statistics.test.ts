import { describe, expect, test } from "@jest/globals";
import { median, quantile, ratioOfMedians, shuffle } from "../../../bench/report/statistics.ts";

test("a median is the middle one, or the middle of the two", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 3, 10])).toBe(2.5);
});

test("a quantile lies between its neighbours", () => {
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
  expect(quantile([7], 0.99)).toBe(7);
});

describe("a ratio of medians", () => {
  const base = Array.from({ length: 30 }, (_, index) => 100 + (index % 7));
  const twice = base.map((value) => 2 * value);

  test("comes with an interval that has it inside", () => {
    const { value, low, high } = ratioOfMedians(twice, base);
    expect(value).toBe(2);
    expect(low).toBeLessThanOrEqual(2);
    expect(high).toBeGreaterThanOrEqual(2);
    expect(high - low).toBeLessThan(0.15);
  });

  test("is always the same for the same samples", () => {
    expect(ratioOfMedians(twice, base)).toEqual(ratioOfMedians(twice, base));
  });
});

test("shuffling loses nothing and leaves the original alone", () => {
  const values = [1, 2, 3, 4, 5];
  expect(shuffle(values).toSorted()).toEqual(values);
  expect(values).toEqual([1, 2, 3, 4, 5]);
});
