import { expect, test } from "@jest/globals";
import { toClaimStrings } from "../../../../local/api-gateway/authorizer/claims.ts";

test.each<[string, string, string]>([
  ["a string", '"u-42"', "u-42"],
  ["an empty string", '""', ""],
  ["true", "true", "true"],
  ["false", "false", "false"],
  ["a time", "1795361706", "1795361706"],
  ["an integer above 2^53 with all its digits", "12345678901234567891", "12345678901234567891"],
  ["a number with an exponent as digits", "1e21", "1000000000000000000000"],
  ["a fraction", "0.5", "0.5"],
  ["a list", '["admin", "user"]', "[admin user]"],
  ["a list of one value with a space like a list of two", '["a b"]', "[a b]"],
  ["an empty list", "[]", "[]"],
  ["a list of other values", '[1, 9007199254740993, true, ["x"]]', "[1 9007199254740993 true [x]]"],
  ["an object as JSON", '{"id": 9007199254740993}', '{"id":9007199254740993}'],
])("the function gets %s", (_what, json, expected) => {
  expect(toClaimStrings(`{"claim":${json}}`)).toEqual({ claim: expected });
});

test("a claim that is null is left out", () => {
  expect(toClaimStrings('{"sub":"u-42","name":null}')).toEqual({ sub: "u-42" });
});

test("a claim called __proto__ is passed on like any other", () => {
  expect(Object.entries(toClaimStrings('{"__proto__":"x"}'))).toEqual([["__proto__", "x"]]);
});
