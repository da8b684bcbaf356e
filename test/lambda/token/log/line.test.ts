import { describe, expect, test } from "@jest/globals";
import {
  IdentityMismatchError,
  InternalError,
  SecretAccessError,
  SecretUnavailableError,
  type TokenError,
  UpstreamForbiddenError,
  UpstreamUnreachableError,
} from "../../../../lambda/token/errors.ts";
import { type Observation, toLogLine } from "../../../../lambda/token/log/line.ts";

const bare: Observation = { requestId: "req-1", awsRequestId: "aws-1", coldStart: false, startedAtMs: 1_000 };
const apiKey = { value: "sentinel-key", ageMs: 61_400, problem: undefined };
const complete: Observation = {
  ...bare,
  coldStart: true,
  caller: { subject: "auth0|ada", mindsetUser: { externalId: "x--e1-auth0_7cada" }, name: "Ada Lovelace" },
  apiKey,
};

function lineOf(observation: Observation, error?: TokenError) {
  const line = toLogLine(observation, error, { monotonicMs: 1_042.6, date: new Date("2026-11-22T12:00:00Z") });
  return JSON.parse(JSON.stringify(line));
}

describe("the log line", () => {
  test("of a token has these fields and no others", () => {
    const issued = { authToken: "sentinel-token", apiKey, upstreamStatus: 201, attempts: 2 };
    expect(lineOf({ ...complete, issued })).toEqual({
      level: "INFO",
      message: "token issued",
      timestamp: "2026-11-22T12:00:00.000Z",
      service: "mindset-token-endpoint",
      outcome: "issued",
      requestId: "req-1",
      awsRequestId: "aws-1",
      status: 200,
      upstreamStatus: 201,
      attempts: 2,
      durationMs: 43,
      apiKeyAgeSeconds: 61,
      coldStart: true,
      subjectHash: "80d3c0bad51fbd18",
    });
  });

  test("of a refusal says why", () => {
    expect(lineOf(bare, new IdentityMismatchError("Not yours."))).toMatchObject({
      level: "WARN",
      message: "token refused",
      outcome: "refused",
      code: "IDENTITY_MISMATCH",
      reason: "Not yours.",
      status: 403,
      attempts: 0,
      coldStart: false,
    });
  });

  test("of a failure names the underlying error", () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1"), { code: "ECONNREFUSED" });
    const error = Object.assign(new UpstreamUnreachableError("No.", { cause }), { attempts: 2 });
    expect(lineOf(complete, error)).toMatchObject({
      level: "ERROR",
      message: "token failed",
      outcome: "failed",
      code: "UPSTREAM_UNREACHABLE",
      cause: "ECONNREFUSED",
      status: 502,
      attempts: 2,
    });
  });

  test("names an AWS error", () => {
    const cause = Object.assign(new Error("no"), { name: "AccessDeniedException" });
    expect(lineOf(bare, new SecretAccessError("denied", { cause })).cause).toBe("AccessDeniedException");
  });

  test.each([
    [new SecretUnavailableError("down"), "WARN"],
    [new SecretAccessError("denied"), "ERROR"],
  ])("of a token warns about a key that could not be refreshed (%s)", (problem, level) => {
    const line = lineOf({ ...complete, apiKey: { ...apiKey, problem } });
    expect(line).toMatchObject({ level, outcome: "issued", apiKeyProblem: problem.code });
  });

  test("of a token warns that Mindset rejected the request with the user's name", () => {
    const nameProblem = Object.assign(new UpstreamForbiddenError("no"), { operatorActionNeeded: false });
    const issued = { authToken: "sentinel-token", apiKey, upstreamStatus: 201, attempts: 2, nameProblem };
    expect(lineOf({ ...complete, issued })).toMatchObject({ level: "WARN", nameProblem: "UPSTREAM_FORBIDDEN" });
  });

  test("of an unexpected error shows where it was thrown, but not its message, which may quote anything", () => {
    const cause = new TypeError("sentinel-key\n    at sentinel-token (sentinel.ts:1:1)");
    const line = lineOf(bare, new InternalError("Unexpected.", { cause }));
    expect(line).toMatchObject({ outcome: "failed", cause: "TypeError" });
    expect(line.stack[0]).toMatch(/^at .*line\.test\.ts:\d+:\d+/);
    expect(JSON.stringify(line)).not.toContain("sentinel");
  });

  test("of an unexpected error shows nothing else of its stack, where a changed message stays", () => {
    const cause = new TypeError("sentinel\nsentinel at a.ts:1:1\n    at a.ts:1:1 sentinel");
    cause.message = "changed";
    const { stack } = lineOf(bare, new InternalError("Unexpected.", { cause }));
    expect(stack.length).toBeGreaterThan(0);
    expect(JSON.stringify(stack)).not.toContain("sentinel");
  });

  test("of an unexpected error shows at most 8 stack frames", () => {
    const cause = new TypeError("deep");
    cause.stack = `TypeError: deep\n${Array.from({ length: 20 }, (_, i) => `    at a.ts:${i}:1`).join("\n")}`;
    expect(lineOf(bare, new InternalError("Unexpected.", { cause })).stack).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => `at a.ts:${i}:1`),
    );
  });

  const withoutStack = Object.assign(new Error("thrown"), { name: "", stack: undefined });
  test.each([
    ["text"],
    [undefined],
    [null],
    [{ code: "has spaces, and more" }],
    [{ code: 7, name: {} }],
    [withoutStack],
  ])("has no cause and no stack when %j was thrown", (cause) => {
    const line = lineOf(bare, new InternalError("Unexpected.", { cause }));
    expect(line).toMatchObject({ code: "INTERNAL", stack: [] });
    expect(line).not.toHaveProperty("cause");
  });

  test("hashes a user the same way until the key is rotated, and each user differently", () => {
    function hashOf(subject: string, value = "key-1") {
      const caller = { subject, mindsetUser: { externalId: subject }, name: undefined };
      return lineOf({ ...bare, caller, apiKey: { ...apiKey, value } }).subjectHash;
    }
    expect(hashOf("ada")).toBe(hashOf("ada"));
    expect(hashOf("ada")).not.toBe(hashOf("grace"));
    expect(hashOf("ada")).not.toBe(hashOf("ada", "key-2"));
  });
});
