import { expect, test } from "@jest/globals";
import { parseOptions } from "../../bench/options.ts";
import { UsageError } from "../../bench/run.ts";

const NOTHING = { check: false, short: false, load: false, nodeFlags: [] };

test("without options, everything is measured and no threshold is asked for", () => {
  expect(parseOptions([])).toEqual(NOTHING);
  expect(parseOptions(["--check", "--short"])).toEqual({ ...NOTHING, check: true, short: true });
});

test("flags for Node may begin with a dash", () => {
  const nodeFlags = ["--expose-gc", "--max-semi-space-size=8"];
  expect(parseOptions(["--node-flags", "--expose-gc  --max-semi-space-size=8", "--load"])).toEqual({
    ...NOTHING,
    load: true,
    nodeFlags,
  });
  expect(parseOptions([`--node-flags=${nodeFlags.join(" ")}`])).toEqual({ ...NOTHING, nodeFlags });
});

test.each([[["--help"]], [["short"]], [["--node-flags"]]])("fails with the usage for %j", (args) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
  expect(() => parseOptions(args)).toThrow("--node-flags    options for Node, for every variant");
});
