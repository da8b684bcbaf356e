import { beforeEach, describe, expect, test } from "@jest/globals";
import { RetryBudget } from "../../../../lambda/token/mindset/retry-budget.ts";

let budget: RetryBudget;
beforeEach(() => {
  budget = new RetryBudget();
});
function earn(times: number) {
  for (let i = 0; i < times; i++) budget.earn();
}
function affordable(): number {
  let retries = 0;
  while (budget.spend()) retries += 1;
  return retries;
}

describe("the retry budget", () => {
  test("has ten retries to begin with, and then none", () => {
    expect(affordable()).toBe(10);
    expect(budget.spend()).toBe(false);
  });

  test("ten tokens pay for one more, nine do not", () => {
    affordable();
    earn(9);
    expect(budget.spend()).toBe(false);
    budget.earn();
    expect(affordable()).toBe(1);
  });

  test("saves ten at most, however long all went well", () => {
    earn(100_000);
    expect(affordable()).toBe(10);
    earn(100_000);
    expect(affordable()).toBe(10);
  });

  test("knows whether Mindset has failed since its last token, retried or not", () => {
    expect(budget.mindsetFails).toBe(false);
    budget.fail();
    expect(budget.mindsetFails).toBe(true);
    budget.earn();
    expect(budget.mindsetFails).toBe(false);
  });

  test("affords every retry while one request in twenty fails", () => {
    for (let i = 0; i < 1_000; i++) {
      earn(19);
      expect(budget.spend()).toBe(true);
    }
  });
});
