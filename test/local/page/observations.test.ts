import { expect, test } from "@jest/globals";
import type { RecordedAnswer } from "../../../local/mindset/records.ts";
import { toObservedExchange } from "../../../local/page/observations.ts";

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

test("shows a request and its answer, without the key, and with the beginning of the token alone", () => {
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
  ["a fault", { status: 503, fault: "status-503" }, "(failing on demand: status-503)"],
  ["silence", { fault: "silence" }, "(no answer)"],
])("shows %s", (_what, answer, text) => {
  expect(observed(answer).answer).toBe(text);
});
