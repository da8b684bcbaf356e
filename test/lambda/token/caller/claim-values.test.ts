import { expect, test } from "@jest/globals";
import { claimValues } from "../../../../lambda/token/caller/claim-values.ts";

test.each<[unknown, string[]]>([
  ["staff", ["staff"]],
  ["[staff ops]", ["staff", "ops"]],
  ["[staff]", ["staff"]],
  ["[staff staff]", ["staff"]],
  ["[]", []],
  ["[staff", ["[staff"]],
  ["", []],
  ["two words", ["two words"]],
  ["[two words]", ["two", "words"]], // API Gateway writes ["two words"] and ["two","words"] alike
  ['["staff"]', ['"staff"']], // not JSON here, but a list of a value with quotes
  ["[[staff] ops]", []],
  ["map[roles:[staff]]", ["map[roles:[staff]]"]],
  ["true", ["true"]],
  ["null", ["null"]],
  [undefined, []],
  [null, []],
  [{ staff: "staff" }, []],
])("API Gateway's JWT authorizer: the claim %j has the values %j", (claim, values) => {
  expect(claimValues(claim, "jwt")).toEqual(values);
});

test.each<[unknown, string[]]>([
  ['"staff"', ["staff"]],
  ['["staff","ops"]', ["staff", "ops"]],
  ['["two words",""]', ["two words"]],
  ['"[staff ops]"', ["[staff ops]"]],
  ['"two words"', ["two words"]],
  ["staff", ["staff"]],
  [' "staff"', [' "staff"']],
  ["[staff ops]", ["[staff ops]"]],
  ['"unfinished', ['"unfinished']],
  ["[1,true,2.5,null]", ["1", "true"]],
  ["[9007199254740993]", []],
  ["9007199254740993", ["9007199254740993"]],
  ["007", ["007"]],
  ["true", ["true"]],
  ["null", []],
  ['{"staff":"staff"}', []],
  ['[["staff"]]', []],
  [["staff", ["ops"], { ops: 1 }], ["staff"]],
  [42, ["42"]],
  [undefined, []],
])("a Lambda authorizer: the claim %j has the values %j", (claim, values) => {
  expect(claimValues(claim, "lambda")).toEqual(values);
});
