import { describe, expect, test } from "@jest/globals";
import { jsonBody } from "../../../../lambda/token/http/body.ts";

function bodyOf(event: unknown): unknown {
  jsonBody().before({ event } as never);
  return (event as { body?: unknown } | null)?.body;
}
function asJson(body: unknown, more = {}) {
  return { headers: { "content-type": "application/json" }, body, ...more };
}
function base64(text: string) {
  return { body: Buffer.from(text).toString("base64"), isBase64Encoded: true };
}

describe("the body", () => {
  test("is parsed", () => {
    expect(bodyOf(asJson('{"name":"Ada"}'))).toEqual({ name: "Ada" });
    expect(bodyOf({ ...asJson(""), ...base64('{"name":"Ada"}') })).toEqual({ name: "Ada" });
    expect(bodyOf({ headers: { "content-type": "application/json ; charset=utf-8" }, body: "{}" })).toEqual({});
    expect(bodyOf({ headers: { "Content-Type": "application/vnd.api+json; charset=utf-8" }, body: "{}" })).toEqual({});
  });

  test("may begin with a byte order mark", () => {
    expect(bodyOf(asJson('\ufeff{"name":"Ada"}'))).toEqual({ name: "Ada" });
    expect(bodyOf({ ...asJson(""), ...base64('\ufeff{"name":"Ada"}') })).toEqual({ name: "Ada" });
    // Further in, where its base64 looks the same, it belongs to the name.
    expect(bodyOf(asJson('{"name":"\ufeffAda"}'))).toEqual({ name: "\ufeffAda" });
    expect(bodyOf({ ...asJson(""), ...base64('{"name":"\ufeffAda"}') })).toEqual({ name: "\ufeffAda" });
  });

  test.each([
    [{}],
    [{ body: undefined }],
    [{ body: null, headers: {} }],
    [{ body: "" }],
    [{ body: "", headers: { "content-type": "text/plain" } }],
    [{ body: "", isBase64Encoded: true }],
  ])("may be absent, whatever the content type (%j)", (event) => {
    expect(bodyOf(event)).toBeUndefined();
  });

  test.each([[null], ["text"], [7]])("of an event that is %j is left alone", (event) => {
    expect(() => bodyOf(event)).not.toThrow();
  });

  test.each<[string, unknown]>([
    ["not JSON", asJson("name=Ada")],
    ["white space", asJson(" ")],
    ["cut off", asJson('{"name":')],
    ["no text", asJson({ name: "Ada" })],
    ["dangerous", asJson('{"__proto__":{}}')],
    ["dangerous further in", asJson('{"name":{"constructor":{"prototype":{}}}}')],
    ["nested too deeply", asJson(`${"[".repeat(4_000)}${"]".repeat(4_000)}x`)],
    ["sent with a type that only begins like JSON", { headers: { "content-type": "application/jsonx" }, body: "{}" }],
    ["sent with a type that only ends like JSON", { headers: { "content-type": "text/application/json" }, body: "{}" }],
    ["sent with content types in a list", { headers: { "content-type": ["application/json"] }, body: "{}" }],
    ["sent as a form", { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "{}" }],
    ["sent without a content type", { headers: {}, body: "{}" }],
    ["sent without headers", { body: "{}" }],
  ])("fails with INVALID_REQUEST (400) when it is %s", (_, event) => {
    expect(() => bodyOf(event)).toThrow(expect.objectContaining({ code: "INVALID_REQUEST", status: 400 }));
  });

  test("fails with a hint about the content type only if that is the problem", () => {
    expect(() => bodyOf({ headers: {}, body: "{}" })).toThrow("content-type: application/json");
    expect(() => bodyOf(asJson("{"))).toThrow(
      expect.objectContaining({ message: expect.stringContaining("not JSON"), cause: expect.anything() }),
    );
  });

  test("fails with INVALID_REQUEST (413) over 8 KB, once decoded, before anything is parsed", () => {
    function text(bytes: number) {
      return JSON.stringify({ name: `${"x".repeat(bytes - 13)}é` });
    }
    expect(bodyOf(asJson(text(8_192)))).toBeDefined();
    expect(bodyOf({ ...asJson(""), ...base64(text(8_192)) })).toBeDefined();
    const tooLarge = expect.objectContaining({
      code: "INVALID_REQUEST",
      status: 413,
      message: "The body is too large: send at most 8 KB.",
    });
    expect(() => bodyOf(asJson(text(8_193)))).toThrow(tooLarge);
    expect(() => bodyOf({ ...asJson(""), ...base64(text(8_193)) })).toThrow(tooLarge);
    expect(() => bodyOf({ headers: {}, body: "{".repeat(10_000_000) })).toThrow(tooLarge);
  });
});
