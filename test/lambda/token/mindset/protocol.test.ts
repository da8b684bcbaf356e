import { describe, expect, test } from "@jest/globals";
import type { TokenError } from "../../../../lambda/token/errors.ts";
import { parseMindsetReply, toMindsetRequest } from "../../../../lambda/token/mindset/protocol.ts";

const ada = { subject: "auth0|ada", mindsetUser: { externalId: "x--e1-auth0_7cada" }, name: "Ada Lovelace" };
function requestFor(caller: Parameters<typeof toMindsetRequest>[0]["caller"], name?: string) {
  return toMindsetRequest({ appUid: "app-1", apiKey: "key-1", caller, tokenRequest: { name } });
}

describe("the request to Mindset", () => {
  test("follows the SDK Users API", () => {
    expect(requestFor(ada)).toEqual({
      method: "POST",
      path: "/api/v1/appuid/app-1/sdkusers/auth",
      headers: {
        "content-type": "application/json",
        "content-length": 56,
        accept: "application/json",
        "x-api-key": "key-1",
      },
      body: '{"externalId":"x--e1-auth0_7cada","name":"Ada Lovelace"}',
    });
  });

  test("sends the name from the sign-in, otherwise the one from the body, otherwise no name", () => {
    const { name, ...nameless } = ada;
    expect(requestFor(ada, "Grace").body).toContain(name);
    expect(requestFor({ ...nameless, name: undefined }, "Grace").body).toContain('"name":"Grace"');
    expect(requestFor({ ...nameless, name: undefined }).body).toBe('{"externalId":"x--e1-auth0_7cada"}');
  });

  test("sends an email address in its own field; content-length counts bytes", () => {
    const { body, headers } = requestFor({ subject: "é@x.io", mindsetUser: { userEmail: "é@x.io" }, name: undefined });
    expect(body).toBe('{"userEmail":"é@x.io"}');
    expect(headers["content-length"]).toBe(Buffer.byteLength(body));
  });
});

const now = Date.parse("Sun, 22 Nov 2026 12:00:00 GMT");
function reply(status: number, body: string | Buffer = "", retryAfter?: string) {
  return {
    status,
    retryAfter,
    body: Buffer.from(body as string),
  };
}
function failureOf(...args: Parameters<typeof reply>): TokenError {
  try {
    parseMindsetReply(reply(...args), now);
  } catch (error) {
    return error as TokenError;
  }
  throw new Error("it was accepted");
}

describe("the reply from Mindset", () => {
  test.each([[200], [201]])("%d: returns the token", (status) => {
    expect(parseMindsetReply(reply(status, '{"authToken":"t-1","user":{"id":7}}'), now)).toBe("t-1");
  });

  test("accepts a token of 8,192 characters", () => {
    const authToken = "t".repeat(8_192);
    expect(parseMindsetReply(reply(200, JSON.stringify({ authToken })), now)).toBe(authToken);
  });

  test.each([
    [401, "UPSTREAM_AUTH_FAILED", "UPSTREAM_ERROR", 502],
    [403, "UPSTREAM_FORBIDDEN", "UPSTREAM_ERROR", 502],
    [404, "UPSTREAM_NOT_FOUND", "UPSTREAM_ERROR", 502],
    [400, "UPSTREAM_REJECTED", "UPSTREAM_ERROR", 502],
    [409, "UPSTREAM_REJECTED", "UPSTREAM_ERROR", 502],
    [422, "UPSTREAM_REJECTED", "UPSTREAM_ERROR", 502],
    [300, "UPSTREAM_REDIRECTED", "UPSTREAM_ERROR", 502],
    [301, "UPSTREAM_REDIRECTED", "UPSTREAM_ERROR", 502],
    [308, "UPSTREAM_REDIRECTED", "UPSTREAM_ERROR", 502],
    [202, "UPSTREAM_BAD_RESPONSE", "UPSTREAM_ERROR", 502],
    [204, "UPSTREAM_BAD_RESPONSE", "UPSTREAM_ERROR", 502],
    [206, "UPSTREAM_BAD_RESPONSE", "UPSTREAM_ERROR", 502],
    [0, "UPSTREAM_BAD_RESPONSE", "UPSTREAM_ERROR", 502],
    [429, "UPSTREAM_RATE_LIMITED", "UPSTREAM_RATE_LIMITED", 503],
    [500, "UPSTREAM_UNAVAILABLE", "UPSTREAM_UNAVAILABLE", 503],
    [599, "UPSTREAM_UNAVAILABLE", "UPSTREAM_UNAVAILABLE", 503],
  ])("fails for status %d with %s (%s, %d)", (upstreamStatus, code, publicCode, status) => {
    expect(failureOf(upstreamStatus, '{"authToken":"t-1"}')).toMatchObject({
      code,
      publicCode,
      status,
      upstreamStatus,
      message: expect.stringMatching(/^Mindset .+\.$/),
    });
  });

  test.each<[string, string | Buffer]>([
    ["HTML", "<html></html>"],
    ["nothing", ""],
    ["null", "null"],
    ["a list", "[]"],
    ["a string", '"t-1"'],
    ["invalid UTF-8", Buffer.from('{"authToken":"\xff"}', "latin1")],
    ["no token", "{}"],
    ["an inherited token", '{"__proto__":{"authToken":"t-1"}}'],
    ["an empty token", '{"authToken":""}'],
    ["a number", '{"authToken":7}'],
    ["8,193 characters", JSON.stringify({ authToken: "t".repeat(8_193) })],
    ["a line break", '{"authToken":"t\\r\\nx: y"}'],
    ["a C1 control character", '{"authToken":"t\\u0085"}'],
  ])("fails with UPSTREAM_BAD_RESPONSE (502) for %s", (_, body) => {
    expect(failureOf(200, body)).toMatchObject({
      code: "UPSTREAM_BAD_RESPONSE",
      status: 502,
      upstreamStatus: 200,
      message: "Mindset answered without a usable token.",
    });
  });

  test.each([
    ["7", 7],
    ["0", 1],
    ["120", 60],
    ["Sun, 22 Nov 2026 12:00:20 GMT", 20],
    ["Sun, 22 Nov 2026 11:00:00 GMT", 1],
    ["after Sun, 22 Nov 2026 12:00:20 GMT", 5],
    ["Sun, 22 Nov 2026 12:00:20 GMT+1", 5],
    ["Fri, 99 Xxx 2026 12:00:00 GMT", 5],
    ["soon 7", 5],
    ["-1", 5],
    ["7.5", 5],
    [undefined, 5],
  ])("retry-after %j becomes %d s", (retryAfter, seconds) => {
    expect(failureOf(429, "", retryAfter).retryAfterSeconds).toBe(seconds);
  });

  test("a 503 without retry-after becomes 2 s, a 400 never gets one", () => {
    expect(failureOf(503).retryAfterSeconds).toBe(2);
    expect(failureOf(400, "", "7").retryAfterSeconds).toBeUndefined();
  });
});
