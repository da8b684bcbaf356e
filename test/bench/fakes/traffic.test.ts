import { expect, test } from "@jest/globals";
import { type Asked, findGaps, type Given } from "../../../bench/fakes/traffic.ts";

const ASKED: Asked = { name: "this function", number: 0, work: "token", instances: 2, events: 100 };
function gaps(given: Given, asked: Partial<Asked> = {}, readsPerInstance = 1) {
  return findGaps({ asked: [{ ...ASKED, ...asked }], given: { 0: given }, readsPerInstance });
}

test("each instance reads the secret once, and calls Mindset for each event", () => {
  expect(gaps({ reads: 2, tokens: 100 })).toEqual([]);
  expect(gaps({ reads: 0, tokens: 0 }, { work: "nothing" })).toEqual([]);
});

test("fails when calls are missing, or too many", () => {
  expect(gaps({ reads: 1, tokens: 99 })).toEqual([
    "this function: the secret was read 1 times, by 2 instances",
    "this function: Mindset was called 99 times, for 100 events",
  ]);
  expect(gaps({ reads: 3, tokens: 101 })).toHaveLength(2);
  expect(gaps({ reads: 0, tokens: 1 }, { work: "nothing" })).toHaveLength(1);
  expect(findGaps({ asked: [ASKED], given: {}, readsPerInstance: 1 })).toHaveLength(2);
});

test("an instance that lives long may read the secret again", () => {
  expect(gaps({ reads: 4, tokens: 100 }, {}, 2)).toEqual([]);
  expect(gaps({ reads: 5, tokens: 100 }, {}, 2)).toHaveLength(1);
});

test("an authorizer reads the keys once and does not call Mindset", () => {
  expect(gaps({ reads: 2, tokens: 0 }, { work: "authorizer" })).toEqual([]);
  expect(gaps({ reads: 1, tokens: 1 }, { work: "authorizer" })).toEqual([
    "this function: the keys were read 1 times, by 2 instances",
    "this function: Mindset was called 1 times, for 100 events",
  ]);
});
