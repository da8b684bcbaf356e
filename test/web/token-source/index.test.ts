import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { createTokenSource, type TokenSourceOptions } from "../../../web/token-source/index.ts";
import { startScriptedEndpoint } from "../../support/servers/scripted-endpoint.ts";
import { until } from "../../support/until.ts";
import { inFakeTime, installFakeEndpoint } from "./fake-endpoint.ts";
import { rules } from "./rules/all.ts";
import { checkRule } from "./rules/check-rule.ts";
import { actOut, createKit, gatewayFailure, token } from "./rules/rule.ts";

describe("a token source", () => {
  let endpoint: ReturnType<typeof installFakeEndpoint>;
  beforeEach(() => {
    endpoint = installFakeEndpoint();
  });
  afterEach(() => endpoint.close());

  // test/browser/token-source.browser.ts removes every browser feature from 2022 or later.
  const { any, timeout } = AbortSignal;
  beforeAll(() => void Object.assign(AbortSignal, { any: undefined, timeout: undefined }));
  afterAll(() => void Object.assign(AbortSignal, { any, timeout }));

  test.each(rules)("$title", (rule) => inFakeTime(() => checkRule(rule, endpoint, (url) => actOut(rule, url))));

  test("leaves no timer behind when a caller leaves while the source waits to retry", async () => {
    endpoint.play([{ ...gatewayFailure(503, "Service Unavailable"), headers: { "retry-after": "9" } }]);
    const timers = await inFakeTime(async () => {
      const caller = new AbortController();
      const call = createKit(endpoint.endpoint).source().getAuthToken({ signal: caller.signal });
      setTimeout(() => caller.abort(), 1000);
      await expect(call).rejects.toMatchObject({ code: "ABORTED" });
      return jest.getTimerCount();
    });

    expect(timers).toBe(0);
  });
});

describe("the request", () => {
  let server: Awaited<ReturnType<typeof startScriptedEndpoint>>;
  beforeAll(async () => {
    server = await startScriptedEndpoint();
  });
  afterAll(() => server.close());

  test("is a POST without a body, and says nothing about the page", async () => {
    server.play([token()]);
    await createKit(server.endpoint).source().getAuthToken();

    const [{ method, headers, body } = {}] = server.seen;
    expect([method, body]).toEqual(["POST", ""]);
    expect(headers).not.toHaveProperty("content-type");
    expect(headers).not.toHaveProperty("referer");
    expect(headers).not.toHaveProperty("cookie");
  });

  test("has the user's name as JSON when the page gives one", async () => {
    server.play([token()]);
    await createKit(server.endpoint).source({ name: "Ada Lovelace" }).getAuthToken();

    const [{ headers, body } = {}] = server.seen;
    expect([headers?.["content-type"], body]).toEqual(["application/json", '{"name":"Ada Lovelace"}']);
  });

  test("follows no redirect, so that the access token goes nowhere else", async () => {
    const elsewhere = await startScriptedEndpoint();
    jest.useFakeTimers(); // the source keeps the failure for a second
    server.play([{ status: 307, headers: { location: elsewhere.endpoint } }]);
    await expect(createKit(server.endpoint).source().getAuthToken()).rejects.toMatchObject({
      code: "UNEXPECTED_RESPONSE",
      retryable: false,
    });

    jest.useRealTimers();
    expect([server.seen.length, elsewhere.seen]).toEqual([1, []]);
    await elsewhere.close();
  });

  test("is canceled when the last caller leaves", async () => {
    server.play([{ fault: "silence" }]);
    const caller = new AbortController();
    const call = createKit(server.endpoint).source().getAuthToken({ signal: caller.signal });
    await until(() => server.seen.length === 1);
    caller.abort();
    await expect(call).rejects.toMatchObject({ code: "ABORTED" });

    await until(() => server.seen[0]?.canceled === true);
  });
});

describe("creating a token source", () => {
  function create(options: Partial<Exclude<TokenSourceOptions, { credentials: "include" }>>) {
    return createTokenSource({ endpoint: "https://api.example.com/", getAccessToken: () => "a", ...options });
  }

  test.each([0, -1, Number.NaN, Infinity, 2 ** 31])("fails with a time limit of %d", (timeoutMs) => {
    expect(() => create({ timeoutMs })).toThrow(RangeError);
  });

  test("fails with an endpoint that must not get an access token", () => {
    expect(() => create({ endpoint: "http://api.example.com/" })).toThrow("endpoint must be https");
  });
});
