import { expect, test } from "@jest/globals";
import { fail, pass, toLines, toPrintable } from "../../../bin/doctor/report.ts";

test("a failure is a line, and a line with what to do", () => {
  expect(toLines(fail("keys", "none", "Ask."))).toBe("FAIL    keys: none\n        Ask.");
  expect(toLines(pass("keys"))).toBe("pass    keys");
});

test("nothing that a server sent changes the terminal", () => {
  const { detail = "" } = toPrintable(fail("c", "a\u001b[2J\r\nb\u202ec\u200b\u2028d", ""), []);
  expect(detail).toBe("a [2J b c d");
});

test("no token is printed, and no long text", () => {
  const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln";
  expect(toPrintable(fail("c", `${jwt} opaque-1 x`, "opaque-1"), ["opaque-1"])).toMatchObject({
    detail: "[hidden] [hidden] x",
    advice: "[hidden]",
  });
  expect(toPrintable(pass("c", "x".repeat(10_000)), []).detail).toHaveLength(404);
});
