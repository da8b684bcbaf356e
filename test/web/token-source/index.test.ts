import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createTokenSource, type TokenSourceOptions } from "../../../web/token-source/index.ts";
import { startScriptedEndpoint } from "../../support/scripted-endpoint.ts";
import { until } from "../../support/until.ts";
import { rules } from "./rules/all.ts";
import { checkRule } from "./rules/check-rule.ts";
import { actOut, createKit, token } from "./rules/rule.ts";

let server: Awaited<ReturnType<typeof startScriptedEndpoint>>;
beforeAll(async () => {
  server = await startScriptedEndpoint();
});
afterAll(() => server.close());

describe("a token source", () => {
  test.each(rules)("$title", (rule) => checkRule(rule, server, (endpoint) => actOut(rule, endpoint)));
});

describe("the request", () => {
  test("is a POST without a body, and with nothing about the page", async () => {
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

  test("does not follow a redirect, so that the access token goes nowhere else", async () => {
    const elsewhere = await startScriptedEndpoint();
    server.play([{ status: 307, headers: { location: elsewhere.endpoint } }]);
    await expect(createKit(server.endpoint).source().getAuthToken()).rejects.toMatchObject({
      code: "UNEXPECTED_RESPONSE",
      retryable: false,
    });

    expect([server.seen.length, elsewhere.seen]).toEqual([1, []]);
    await elsewhere.close();
  });

  test("is cancelled when the last caller leaves", async () => {
    server.play([{ fault: "silence" }]);
    const call = createKit(server.endpoint)
      .source()
      .getAuthToken({ signal: AbortSignal.timeout(300) });
    await expect(call).rejects.toMatchObject({ code: "ABORTED" });

    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.seen.map(({ cancelled }) => cancelled)).toEqual([true]);
  });
});

test("a caller who leaves while the source waits to try again leaves no timer behind", async () => {
  const [begun, ended] = [jest.spyOn(globalThis, "setTimeout"), jest.spyOn(globalThis, "clearTimeout")];
  server.play([{ status: 503, headers: { "retry-after": "9" }, body: { message: "Service Unavailable" } }]);
  const caller = new AbortController();
  const call = createKit(server.endpoint).source().getAuthToken({ signal: caller.signal });
  function isWait([, ms = 0]: unknown[]) {
    return Number(ms) >= 9_000 && Number(ms) < 12_000;
  }
  await until(() => begun.mock.calls.some(isWait));
  caller.abort();
  await expect(call).rejects.toMatchObject({ code: "ABORTED" });

  const waiting = begun.mock.results[begun.mock.calls.findIndex(isWait)];
  expect(ended.mock.calls.map(([timer]) => timer)).toContain(waiting?.value);
  jest.restoreAllMocks();
});

describe("making a token source", () => {
  function make(options: Partial<TokenSourceOptions>) {
    return createTokenSource({ endpoint: "https://api.example.com/", getAccessToken: () => "a", ...options });
  }

  test.each([0, -1, Number.NaN, Infinity, 2 ** 31])("fails with a time limit of %d", (timeoutMs) => {
    expect(() => make({ timeoutMs })).toThrow(RangeError);
  });

  test("fails with an endpoint to which no access token may go", () => {
    expect(() => make({ endpoint: "http://api.example.com/" })).toThrow("endpoint must be https");
  });
});
