import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";

function run(args: string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["bin/external-id.ts", ...args], {
    input,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("npm run external-id", () => {
  test.each([
    [["auth0|5f7c8ec7"], "x--e1-auth0_7c5f7c8ec7\n"],
    [["u-42", "a|b"], "u-42\nx--e1-a_7cb\n"],
    [["--alias", "partner", "u-42"], "x--i1-partner-u-42\n"],
    [["--decode", "x--e1-auth0_7c5f7c8ec7"], "auth0|5f7c8ec7\n"],
    [["--decode", "x--i1-partner-u-42"], "u-42\tpartner\n"],
    [["--decode", "x--e1-_1b_5b2J"], '"\\u001b[2J"\n'],
    [["--json", "a|b"], '{"subject":"a|b","externalId":"x--e1-a_7cb"}\n'],
    [["--json", "--decode", "x--i1-p-u"], '{"externalId":"x--i1-p-u","subject":"u","alias":"p"}\n'],
  ])("%j prints the id", (args, expected) => {
    expect(run(args)).toEqual({ status: 0, stdout: expected, stderr: "" });
  });

  test("reads many ids from standard input", () => {
    expect(run([], "u-42\na|b\r\n\n").stdout).toBe("u-42\nx--e1-a_7cb\n");
  });

  test.each([
    [
      ["--decode", `x--h1-${"0".repeat(64)}`],
      "cannot be decoded: compute the externalId of each candidate and compare",
    ],
    [["--decode", "x--e1-u"], "No subject has this externalId."],
    [["x".repeat(2_049)], "1 to 2,048 characters"],
    [["--alias", "Partner", "u"], "--alias must be"],
    [["--decod", "u"], "Unknown option '--decod'"],
  ])("%j fails and says why", (args, message) => {
    const { status, stdout, stderr } = run(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(message);
  });

  test("goes on after an id that fails", () => {
    expect(run(["--decode"], "x--e1-u\nu-42\n")).toMatchObject({ status: 1, stdout: "u-42\n" });
  });

  test("prints how to use it with --help", () => {
    expect(run(["--help"]).stdout).toMatch(/^Usage: npm run -s external-id/);
  });
});
