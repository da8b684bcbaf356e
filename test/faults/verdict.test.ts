import { describe, expect, test } from "@jest/globals";
import type { Row } from "./row.ts";
import { noFault } from "./variants.ts";
import { problemsOf } from "./verdict.ts";

const row: Row = {
  fault: "503 always",
  status: 503,
  publicCode: "UPSTREAM_UNAVAILABLE",
  logCode: "UPSTREAM_UNAVAILABLE",
  retryAfter: "2",
  calls: 2,
  variants: [noFault],
};
const call = {
  subject: "sentinel-1",
  status: 503,
  body: { code: "UPSTREAM_UNAVAILABLE" },
  retryAfter: "2",
  line: { code: "UPSTREAM_UNAVAILABLE", level: "ERROR", attempts: 2 },
  ms: 1,
};
const traces = { arrivals: 2, secretReads: 0, tokenOwner: undefined };

describe("the verdict", () => {
  test("finds nothing wrong with what is as the row has it", () => {
    expect(problemsOf({ row, variant: noFault, call, traces })).toEqual([]);
  });

  test.each<[string, object, object]>([
    ["status", { status: 500 }, {}],
    ["public code", { body: { code: "INTERNAL" } }, {}],
    ["code in the log", { line: { ...call.line, code: "INTERNAL" } }, {}],
    ["level in the log", { line: { ...call.line, level: "INFO" } }, {}],
    ["calls", { line: { ...call.line, attempts: 1 } }, {}],
    ["retry-after", { retryAfter: undefined }, {}],
    ["requests that arrived", {}, { arrivals: 3 }],
    ["secret reads", {}, { secretReads: 1 }],
  ])("finds a wrong one: %s", (what, callChanges, traceChanges) => {
    const seen = { call: { ...call, ...callChanges }, traces: { ...traces, ...traceChanges } };
    expect(problemsOf({ row, variant: noFault, ...seen })).toEqual([
      expect.stringMatching(`^503 always \\(no fault\\): ${what} is `),
    ]);
  });

  test("finds a missing log line", () => {
    expect(problemsOf({ row, variant: noFault, call: { ...call, line: undefined }, traces })).toHaveLength(3);
  });

  test("finds another's token, and more than a token", () => {
    const token: Row = { fault: "none", status: 200, calls: 1, variants: [noFault] };
    const line = { level: "INFO", attempts: 1 };
    const served = { ...call, status: 200, retryAfter: undefined, line, body: { authToken: "t", extra: 1 } };
    const found = { arrivals: 1, secretReads: 0, tokenOwner: "sentinel-2" };
    expect(problemsOf({ row: token, variant: noFault, call: served, traces: found })).toEqual([
      expect.stringContaining("fields"),
      expect.stringContaining("owner of the token"),
    ]);
  });
});
