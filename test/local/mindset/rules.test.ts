import { describe, expect, test } from "@jest/globals";
import { MindsetRefusal, parseSdkUser } from "../../../local/mindset/rules.ts";

function parse(body: unknown) {
  return parseSdkUser(Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)));
}
function id(length: number) {
  return "a".repeat(length);
}
function uid(length: number) {
  return "u".repeat(length);
}

describe("a body is accepted", () => {
  test.each<[string, object]>([
    ["an externalId of 1 character", { externalId: "a" }],
    ["an externalId of 100 characters", { externalId: id(100) }],
    ["every kind of character that an externalId can have", { externalId: "azAZ09_-" }],
    ["a userEmail of 100 characters", { userEmail: `${id(88)}@example.com` }],
    ["a name of 100 characters, each an emoji", { externalId: "a", name: "😀".repeat(100) }],
    ["an empty name", { externalId: "a", name: "" }],
    [
      "ten accountUids of 20 and of 128 characters",
      { externalId: "a", accountUids: [...Array(9).fill(uid(20)), uid(128)] },
    ],
    ["no accountUid", { externalId: "a", accountUids: [] }],
    ["an externalTenantId of 100 characters", { externalId: "a", externalTenantId: id(100) }],
  ])("with %s", (_what, body) => {
    expect(parse(body)).toEqual(body);
  });
});

describe("a body fails with 400", () => {
  test.each<[string, unknown, string]>([
    ["no id", {}, "exactly one of externalId and userEmail"],
    ["a name alone", { name: "Ada" }, "exactly one of externalId and userEmail"],
    ["externalId and userEmail", { externalId: "a", userEmail: "a@b.c" }, "exactly one of"],
    ["an empty externalId", { externalId: "" }, "externalId must be 1 to 100"],
    ["an externalId of 101 characters", { externalId: id(101) }, "externalId must be 1 to 100"],
    ["a | in the externalId", { externalId: "auth0|1" }, "externalId must be"],
    ["an umlaut in the externalId", { externalId: "jürgen" }, "externalId must be"],
    ["a newline after the externalId", { externalId: "a\n" }, "externalId must be"],
    ["a number as externalId", { externalId: 42 }, "externalId must be"],
    ["null as externalId", { externalId: null }, "externalId must be"],
    ["a userEmail of 101 characters", { userEmail: `${id(89)}@example.com` }, "userEmail must be"],
    ["a userEmail without @", { userEmail: "example.com" }, "userEmail must be"],
    ["a userEmail with two @", { userEmail: "a@b@c" }, "userEmail must be"],
    ["a name of 101 characters", { externalId: "a", name: id(101) }, "name must be"],
    ["a name that is not a string", { externalId: "a", name: 1 }, "name must be"],
    ["11 accountUids", { externalId: "a", accountUids: Array(11).fill(uid(20)) }, "accountUids must be"],
    ["an accountUid of 19 characters", { externalId: "a", accountUids: [uid(19)] }, "accountUids must be"],
    ["an accountUid of 129 characters", { externalId: "a", accountUids: [uid(129)] }, "accountUids must be"],
    ["accountUids that are not a list", { externalId: "a", accountUids: uid(20) }, "accountUids must be"],
    [
      "an externalTenantId of 101 characters",
      { externalId: "a", externalTenantId: id(101) },
      "externalTenantId must be",
    ],
    ["a . in the externalTenantId", { externalId: "a", externalTenantId: "a.b" }, "externalTenantId must be"],
    ["the field email", { email: "a@b" }, "email is not a known field"],
    ["an unknown field", { externalId: "a", nickname: "x" }, "nickname is not a known field"],
    ["a field called __proto__", Buffer.from('{"externalId":"a","__proto__":{}}'), "__proto__ is not a known field"],
    ["a field called toString", { externalId: "a", toString: "x" }, "toString is not a known field"],
    ["no content", Buffer.alloc(0), "must be a JSON object"],
    ["a form", Buffer.from("externalId=a"), "must be a JSON object"],
    ["invalid UTF-8", Buffer.from('{"externalId":"a","name":"\xff"}', "latin1"), "must be a JSON object"],
    ["null", null, "must be a JSON object"],
    ["a list", [], "must be a JSON object"],
    ["a string", "externalId", "must be a JSON object"],
  ])("with %s", (_what, body, reason) => {
    expect(() => parse(body)).toThrow(MindsetRefusal);
    expect(() => parse(body)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining(reason) }),
    );
  });
});
