import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { toFriendlyName } from "../../../../lambda/token/caller/friendly-name.ts";

describe("a friendly name", () => {
  test.each([
    ["Ada Lovelace", "Ada Lovelace"],
    ["  Ada\tLove\u0000lace\r\n", "AdaLovelace"],
    ["\u0085 Ada \u009f", "Ada"],
    ["x".repeat(101), "x".repeat(100)],
    ["👩".repeat(101), "👩".repeat(100)],
    [`${"x".repeat(99)} y`, "x".repeat(99)],
    ["\ud800Ada", "\ufffdAda"],
  ])("%j becomes %j", (given, expected) => {
    expect(toFriendlyName(given)).toBe(expected);
  });

  test.each([[""], [" \n"], [undefined], [null], [7], [["Ada"]]])("%j is no name at all", (given) => {
    expect(toFriendlyName(given)).toBeUndefined();
  });

  test("is always clean and short, whatever it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 500 }), (given) => {
        const name = toFriendlyName(given) ?? "x";
        expect([...name].length).toBeLessThanOrEqual(100);
        expect(name).toBe(name.trim());
        expect(name).not.toMatch(/\p{Cc}/u);
        expect(name.isWellFormed()).toBe(true);
      }),
    );
  });
});
