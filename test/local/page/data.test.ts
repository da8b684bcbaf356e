import { describe, expect, test } from "@jest/globals";
import type { RecordedAnswer } from "../../../local/mindset/records.ts";
import { isThrottled, toObservedExchange, toPageSettings } from "../../../local/page/data.ts";

function observed(answer: RecordedAnswer) {
  return toObservedExchange({
    method: "POST",
    path: "/api/v1/appuid/local-app/sdkusers/auth",
    rawHeaders: ["X-Api-Key", "sentinel-key"],
    headers: { "content-type": "application/json", "x-api-key": "sentinel-key", connection: "keep-alive" },
    body: Buffer.from('{"externalId":"ada"}'),
    answer,
  });
}

test("shows a request and its response without the key, and only the start of the token", () => {
  const exchange = observed({ status: 201, body: { authToken: "local-token-of-which-the-end-is-a-sentinel" } });

  expect(exchange).toEqual({
    request: "POST /api/v1/appuid/local-app/sdkusers/auth",
    headers: { "content-type": "application/json", "x-api-key": "(hidden)" },
    body: '{"externalId":"ada"}',
    status: 201,
    answer: '{"authToken":"local-token-of-w…"}',
  });
  expect(JSON.stringify(exchange)).not.toContain("sentinel");
});

test.each<[string, RecordedAnswer, string]>([
  ["a refusal", { status: 403, body: { message: "no" } }, '{"message":"no"}'],
  ["an empty body", { status: 403, body: "" }, '""'],
  ["a fault", { status: 503, fault: "status-503" }, "(fault: status-503)"],
  ["a fault without a response", { fault: "silence" }, "(fault: silence, no response)"],
  ["a request without a response", {}, "(no response)"],
])("shows %s", (_what, answer, text) => {
  expect(observed(answer).answer).toBe(text);
});

describe("the settings of the page", () => {
  const SERVICE = {
    endpoint: "http://localhost:3000/api/getusertoken",
    signIn: { type: "oidc", by: "session", sessionUrl: "http://localhost:3005" } as const,
    appUid: "my-app",
  };

  test("say where everything is, and hold no secret", () => {
    expect(toPageSettings({ ...SERVICE, apiHost: "http://localhost:3002", mindset: {} })).toEqual({
      endpoint: "http://localhost:3000/api/getusertoken",
      signIn: SERVICE.signIn,
      mindsetUrl: "http://localhost:3002",
      appUid: "my-app",
      hasFakeMindset: true,
    });
  });

  test("name the real Mindset and its SDK", () => {
    const realSdk = { sdkUrl: "https://sdk.example.com/sdk.js", agentUid: "agent-1" };

    expect(toPageSettings({ ...SERVICE, apiHost: "a.api.mindset.ai", realSdk })).toMatchObject({
      mindsetUrl: "https://a.api.mindset.ai",
      hasFakeMindset: false,
      ...realSdk,
    });
  });
});

test("throttles as many requests as the page asked for", () => {
  const throttle = { left: 2 };

  expect([1, 2, 3].map(() => isThrottled(throttle))).toEqual([true, true, false]);
});
