/** Waits for a condition that no event announces. */
import { expect } from "@jest/globals";

/** Waits until the condition holds; fails after 10 s. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}
