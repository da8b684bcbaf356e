import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { toFriendlyName } from "../../../../lambda/token/caller/friendly-name.ts";

const INVISIBLE = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u;
/** Text in which the characters that matter are frequent. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom("👩", "🏽", "❤\ufe0f", "\u200d", "\u200b", "\u202e", " ", "x"),
      fc.string({ unit: "binary", maxLength: 1 }),
    ),
    { maxLength: 300 },
  )
  .map((parts) => parts.join(""));

describe("a friendly name", () => {
  test.each([
    ["Ada Lovelace", "Ada Lovelace"],
    ["  Ada\tLove\u0000lace\r\n", "AdaLovelace"],
    ["\u0085 Ada \u009f", "Ada"],
    ["x".repeat(101), "x".repeat(100)],
    ["👩".repeat(101), "👩".repeat(100)],
    [`${"x".repeat(99)} y`, "x".repeat(99)],
    ["\ud800Ada", "\ufffdAda"],
    ["\u202eadA", "adA"],
    ["\u2066Ada\u2069", "Ada"],
    ["A\u200bd\u200ca\ufeff\u2060", "Ada"],
    ["Ada\u2028Lovelace", "AdaLovelace"],
    ["Ada\u{e0041}\u{e0064}", "Ada"],
    ["Ada\u200dLovelace\u200d", "AdaLovelace"],
    ["\u200d👩", "👩"],
    ["Ada 👩\u200d🚀", "Ada 👩\u200d🚀"],
    ["Ada 👩🏽\u200d🚀 ❤\ufe0f\u200d🔥", "Ada 👩🏽\u200d🚀 ❤\ufe0f\u200d🔥"],
    [`${"x".repeat(98)}👩\u200d🚀`, `${"x".repeat(98)}👩`],
  ])("%j becomes %j", (given, expected) => {
    expect(toFriendlyName(given)).toBe(expected);
  });

  test.each([[""], [" \n"], [undefined], [null], [7], [["Ada"]]])("%j counts as absent", (given) => {
    expect(toFriendlyName(given)).toBeUndefined();
  });

  test("is always clean and short", () => {
    fc.assert(
      fc.property(texts, (given) => {
        const name = toFriendlyName(given) ?? "x";
        expect([...name].length).toBeLessThanOrEqual(100);
        expect(name).toBe(name.trim());
        expect(name.replace(/(?<=\p{ExtPict}[\ufe0f\p{EMod}]?)\u200d(?=\p{ExtPict})/gu, "")).not.toMatch(INVISIBLE);
        expect(name.isWellFormed()).toBe(true);
      }),
    );
  });
});
