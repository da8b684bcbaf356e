import { expect, test } from "@jest/globals";
import { ConfigInvalidError, InvalidRequestError, UpstreamRateLimitedError } from "../../../../lambda/token/errors.ts";
import { toErrorResponse, toTokenResponse } from "../../../../lambda/token/http/response.ts";

const headers = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-request-id": "req-1",
};

test("the response with a token holds only the token, and no cache keeps it", () => {
  expect(toTokenResponse('t"1', "req-1")).toEqual({ statusCode: 200, headers, body: '{"authToken":"t\\"1"}' });
});

test("the response with an error has the same headers, and the request id also in its body", () => {
  expect(toErrorResponse(new InvalidRequestError("Send JSON."), "req-1")).toEqual({
    statusCode: 400,
    headers,
    body: '{"code":"INVALID_REQUEST","message":"Send JSON.","requestId":"req-1","retryable":false}',
  });
});

test("the response with an error says when to retry, if that may help", () => {
  const error = new UpstreamRateLimitedError("Wait.", { upstreamRetryAfterSeconds: 7 });
  const { headers, body } = toErrorResponse(error, "r");
  expect(headers["retry-after"]).toBe("7");
  expect(JSON.parse(body)).toMatchObject({ code: "UPSTREAM_RATE_LIMITED", retryable: true });
});

test("the response with an error does not show the caller the service's settings", () => {
  const { statusCode, body } = toErrorResponse(new ConfigInvalidError("MINDSET_API_HOST is missing"), "r");
  expect(statusCode).toBe(500);
  expect(body).toContain("SERVICE_MISCONFIGURED");
  expect(body).not.toContain("MINDSET_API_HOST");
});
