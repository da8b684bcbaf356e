import { expect, test } from "@jest/globals";
import { toClaimStrings } from "../../../local/api-gateway/claims.ts";

test.each<[string, unknown, string]>([
  ["a text", "u-42", "u-42"],
  ["an empty text", "", ""],
  ["true", true, "true"],
  ["false", false, "false"],
  ["a time", 1_795_361_706, "1795361706"],
  ["a number that JavaScript would write with an exponent", 1e21, "1000000000000000000000"],
  ["a fraction", 0.5, "0.5"],
  ["a list", ["admin", "user"], "[admin user]"],
  ["a list of one with a space in it", ["a b"], "[a b]"],
  ["an empty list", [], "[]"],
  ["a list of other things", [1, true, ["x"]], "[1 true [x]]"],
  ["an object", { street: "Main St" }, '{"street":"Main St"}'],
])("the function gets %s as a string", (_what, value, expected) => {
  expect(toClaimStrings({ claim: value })).toEqual({ claim: expected });
});

test("a claim that is null is not there", () => {
  expect(toClaimStrings({ sub: "u-42", name: null })).toEqual({ sub: "u-42" });
});

test("a claim called __proto__ is a claim like any other", () => {
  const claims = toClaimStrings(JSON.parse('{"__proto__":"x"}'));

  expect(Object.entries(claims)).toEqual([["__proto__", "x"]]);
});
