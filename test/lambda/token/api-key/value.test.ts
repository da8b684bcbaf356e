import { describe, expect, test } from "@jest/globals";
import { API_KEY_PLACEHOLDER } from "../../../../lambda/contract.ts";
import { parseApiKey } from "../../../../lambda/token/api-key/value.ts";

describe("the value of the secret", () => {
  test.each([
    ["the bare key", "mk-1234"],
    ["the key and a line break", "mk-1234\n"],
    ["the key and a Windows line break", "mk-1234\r\n"],
    ["JSON", '{"apiKey":"mk-1234"}'],
    ["the key after a byte order mark", "\uFEFFmk-1234"],
    ["JSON after a byte order mark", '\uFEFF{"apiKey":"mk-1234"}'],
    ["JSON with more in it", ' {"apiKey":"mk-1234\\n","note":"rotated in May"}\n'],
  ])("may be %s", (_, text) => {
    expect(parseApiKey(text)).toBe("mk-1234");
  });

  test("may be a key of 512 characters", () => {
    expect(parseApiKey("k".repeat(512))).toHaveLength(512);
  });

  test.each([[API_KEY_PLACEHOLDER], [`${API_KEY_PLACEHOLDER}\n`], [JSON.stringify({ apiKey: API_KEY_PLACEHOLDER })]])(
    "fails with CONFIG_API_KEY_NOT_SET while it is the placeholder (%j)",
    (text) => {
      expect(() => parseApiKey(text)).toThrow(
        expect.objectContaining({
          code: "CONFIG_API_KEY_NOT_SET",
          publicCode: "SERVICE_MISCONFIGURED",
          message: expect.stringContaining("SetApiKeyCommand"),
        }),
      );
    },
  );

  test.each<[string, string | undefined, string]>([
    ["binary", undefined, "is binary, not text"],
    ["empty", "", "is empty"],
    ["a line break", "\n", "is empty"],
    ["JSON with an empty key", '{"apiKey":" "}', "is empty"],
    ["JSON with the wrong field", '{"api_key":"sentinel"}', 'without a string field "apiKey"'],
    ["JSON with a number", '{"apiKey":7}', 'without a string field "apiKey"'],
    ["JSON with an inherited field", '{"__proto__":{"apiKey":"sentinel"}}', 'without a string field "apiKey"'],
    ["broken JSON", '{"apiKey":"sentinel', "looks like JSON"],
    ["not ASCII", "sentinel-é", "other than printable ASCII"],
    ["two lines", "sentinel\nsentinel", "other than printable ASCII"],
    ["two words", "sentinel sentinel", "other than printable ASCII"],
    ["a control character", "sentinel\u0000", "other than printable ASCII"],
    ["513 characters", "k".repeat(513), "longer than 512"],
  ])("fails with CONFIG_API_KEY_INVALID when it is %s, without quoting it", (_, text, why) => {
    const invalid = expect.objectContaining({ code: "CONFIG_API_KEY_INVALID", message: expect.stringContaining(why) });
    expect(() => parseApiKey(text)).toThrow(invalid);
    expect(() => parseApiKey(text)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("sentinel") }),
    );
  });
});
