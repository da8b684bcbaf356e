import { describe, expect, test } from "@jest/globals";
import {
  IdentityMismatchError,
  InternalError,
  SecretUnavailableError,
  UpstreamUnreachableError,
} from "../../../../lambda/token/errors.ts";
import { type Observation, toLogLine } from "../../../../lambda/token/log/line.ts";

const observation: Observation = {
  requestId: "req-1",
  coldStart: true,
  startedAtMs: 1_000,
  caller: { subject: "auth0|ada", mindsetUser: { externalId: "x--e1-auth0_7cada" }, name: "Ada Lovelace" },
  apiKey: { value: "sentinel-key", ageMs: 61_400, problem: undefined },
};
const bare: Observation = { requestId: "req-1", coldStart: false, startedAtMs: 1_000 };

describe("the log line", () => {
  test("of a token says how it was got, and for whom only by a hash", () => {
    const apiKey = { value: "sentinel-key", ageMs: 61_400, problem: undefined };
    const issued = { authToken: "sentinel-token", apiKey, upstreamStatus: 201, attempts: 2 };
    expect(toLogLine({ ...observation, issued }, undefined, 1_042.6)).toEqual({
      outcome: "issued",
      requestId: "req-1",
      status: 200,
      upstreamStatus: 201,
      attempts: 2,
      durationMs: 43,
      apiKeyAgeSeconds: 61,
      coldStart: true,
      subjectHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test("of a refusal says why", () => {
    expect(toLogLine(bare, new IdentityMismatchError("Not yours."), 1_001)).toEqual({
      outcome: "refused",
      requestId: "req-1",
      code: "IDENTITY_MISMATCH",
      reason: "Not yours.",
      status: 403,
      attempts: 0,
      durationMs: 1,
      coldStart: false,
    });
  });

  test("of a failure says what was underneath", () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1"), { code: "ECONNREFUSED" });
    const error = Object.assign(new UpstreamUnreachableError("No.", { cause }), { attempts: 2 });
    expect(toLogLine(observation, error, 1_500)).toMatchObject({
      outcome: "failed",
      code: "UPSTREAM_UNREACHABLE",
      cause: "ECONNREFUSED",
      status: 502,
      attempts: 2,
    });
  });

  test("names an AWS error, and a key that could not be renewed", () => {
    const cause = Object.assign(new Error("no"), { name: "AccessDeniedException" });
    const problem = new SecretUnavailableError("down");
    const stale = { ...observation, apiKey: { value: "k", ageMs: 0, problem } };
    expect(toLogLine(stale, new SecretUnavailableError("down", { cause }), 0)).toMatchObject({
      cause: "AccessDeniedException",
      apiKeyProblem: "SECRET_UNAVAILABLE",
    });
  });

  test("of something unforeseen shows where, and never the message, which may quote anything", () => {
    const cause = new TypeError("sentinel-key\n    at sentinel-token (sentinel.ts:1:1)");
    const line = toLogLine(bare, new InternalError("Something.", { cause }), 0);
    expect(line.cause).toBe("TypeError");
    expect(line.stack?.[0]).toMatch(/^at .*line\.test\.ts:\d+:\d+/);
    expect(JSON.stringify(line)).not.toContain("sentinel");
  });

  test.each([["thrown text"], [undefined], [null], [{ code: "has spaces, and more" }], [{ code: 7, name: {} }]])(
    "survives that %j was thrown",
    (cause) => {
      const line = toLogLine(bare, new InternalError("Something.", { cause }), 0);
      expect(line).toMatchObject({ code: "INTERNAL", stack: [] });
      expect(line.cause).toBeUndefined();
    },
  );

  test("hashes a subject the same way until the key is rotated, and no two alike", () => {
    function hashOf(subject: string, value = "key-1") {
      return toLogLine(
        {
          ...bare,
          caller: { subject, mindsetUser: { externalId: "x" }, name: undefined },
          apiKey: { value, ageMs: 0, problem: undefined },
        },
        undefined,
        0,
      ).subjectHash;
    }
    expect(hashOf("ada")).toBe(hashOf("ada"));
    expect(hashOf("ada")).not.toBe(hashOf("grace"));
    expect(hashOf("ada")).not.toBe(hashOf("ada", "key-2"));
  });
});
