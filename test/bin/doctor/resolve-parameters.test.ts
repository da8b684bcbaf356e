import { describe, expect, test } from "@jest/globals";
import { resolveParameters } from "../../../bin/doctor/resolve-parameters.ts";

const STACK_ARN = "arn:aws-cn:cloudformation:cn-north-1:123456789012:stack/Stack/1";

function evaluated(node: unknown, { parameters = {}, conditions = {}, values = {}, stackArn = STACK_ARN } = {}) {
  const template = { Parameters: parameters, Conditions: conditions, Value: node };
  return resolveParameters({ template, values, stackArn }).Value;
}

describe("what CloudFormation makes of a list parameter", () => {
  const parameters = { List: { Type: "CommaDelimitedList" }, Subnets: { Type: "List<AWS::EC2::Subnet::Id>" } };

  test.each(["a, b", " a,b ", "a\t,\nb"])("%p: its items, without the spaces around them", (List) => {
    const values = { List, Subnets: List };
    expect(evaluated([{ Ref: "List" }, { Ref: "Subnets" }], { parameters, values })).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
  });

  test("without a value and a default, it is not known", () => {
    expect(evaluated({ Ref: "List" }, { parameters })).toEqual({ Ref: "List" });
  });
});

test("a NoEcho parameter is not known: CloudFormation shows asterisks", () => {
  const parameters = { Key: { Type: "String", NoEcho: true, Default: "default" } };
  expect(evaluated({ Ref: "Key" }, { parameters, values: { Key: "****" } })).toEqual({ Ref: "Key" });
});

describe("Fn::Join", () => {
  test.each([
    { "Fn::GetAtt": ["Resource", "List"] },
    { "Fn::Split": [",", { Ref: "Resource" }] },
    { Ref: "Resource" },
    ["a", { Ref: "Resource" }],
  ])("stays where its list is %j", (list) => {
    expect(evaluated({ "Fn::Join": [",", list] })).toEqual({ "Fn::Join": [",", list] });
  });

  test("joins what Fn::Split gives", () => {
    const parameters = { Text: { Type: "String", Default: "a,b" } };
    expect(evaluated({ "Fn::Join": ["-", { "Fn::Split": [",", { Ref: "Text" }] }] }, { parameters })).toBe("a-b");
  });

  test("joins the values of a list parameter, and numbers", () => {
    const parameters = { List: { Type: "CommaDelimitedList" }, Count: { Type: "Number", Default: 2 } };
    const values = { List: "a,b" };
    expect(evaluated({ "Fn::Join": ["-", { Ref: "List" }] }, { parameters, values })).toBe("a-b");
    expect(evaluated({ "Fn::Join": ["-", ["n", { Ref: "Count" }]] }, { parameters })).toBe("n-2");
  });
});

const TRUE = { "Fn::Equals": ["a", "a"] };
const FALSE = { "Fn::Equals": ["a", "b"] };
const UNKNOWN = { "Fn::Equals": [{ "Fn::FindInMap": ["Map", "a", "b"] }, "a"] };

describe("the condition of Fn::If", () => {
  test.each([
    [TRUE, "then"],
    [FALSE, "else"],
    [{ "Fn::Not": [TRUE] }, "else"],
    [{ "Fn::Not": [UNKNOWN] }, undefined],
    [{ "Fn::And": [TRUE, TRUE] }, "then"],
    [{ "Fn::And": [TRUE, UNKNOWN] }, undefined],
    [{ "Fn::And": [UNKNOWN, FALSE] }, "else"],
    [{ "Fn::Or": [FALSE, FALSE] }, "else"],
    [{ "Fn::Or": [FALSE, UNKNOWN] }, undefined],
    [{ "Fn::Or": [UNKNOWN, TRUE] }, "then"],
    [{ Condition: "Other" }, "else"],
    [{ "Fn::And": [TRUE, { "Fn::Not": [{ Condition: "Other" }] }] }, "then"],
    [{ Condition: "Missing" }, undefined],
    [{ "Fn::Equals": [{ Ref: "AWS::Region" }, "cn-north-1"] }, "then"],
    [{ "Fn::Equals": [{ Ref: "AWS::AccountId" }, "123456789012"] }, "then"],
    [{ "Fn::Equals": [{ Ref: "AWS::Partition" }, "aws"] }, "else"],
    [{ "Fn::Equals": [{ Ref: "AWS::StackName" }, "Stack"] }, undefined],
    [{ "Fn::Equals": [{ Ref: "Count" }, 2] }, "then"],
    [{ "Fn::Equals": [{ Ref: "NoValue" }, ""] }, undefined],
    [{ "Fn::SomethingNew": [] }, undefined],
  ])("%j", (condition, expected) => {
    const node = { "Fn::If": ["Tested", "then", { Ref: "Else" }] };
    const parameters = {
      Else: { Type: "String", Default: "else" },
      Count: { Type: "Number" },
      NoValue: { Type: "String" },
    };
    const conditions = { Tested: condition, Other: FALSE };
    expect(evaluated(node, { parameters, conditions, values: { Count: "2" } })).toEqual(expected ?? node);
  });

  test("is not known without the stack's ARN where it needs the region", () => {
    const conditions = { InChina: { "Fn::Equals": [{ Ref: "AWS::Region" }, "cn-north-1"] } };
    const node = { "Fn::If": ["InChina", "then", "else"] };
    expect(evaluated(node, { conditions, stackArn: "" })).toEqual(node);
  });
});

test("only resources that are certain to exist are left", () => {
  const Resources = Object.fromEntries(["TRUE", "FALSE", "UNKNOWN"].map((Condition) => [Condition, { Condition }]));
  const template = { Conditions: { TRUE, FALSE, UNKNOWN }, Resources: { ...Resources, Always: {} } };
  expect(Object.keys(resolveParameters({ template, values: {} }).Resources)).toEqual(["TRUE", "Always"]);
});
