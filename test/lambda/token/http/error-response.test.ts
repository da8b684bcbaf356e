import { describe, expect, test } from "@jest/globals";
import { ConfigInvalidError, InvalidRequestError, UpstreamRateLimitedError } from "../../../../lambda/token/errors.ts";
import { toErrorResponse } from "../../../../lambda/token/http/error-response.ts";

describe("the response for an error", () => {
  test("is JSON that no cache keeps, with the request id twice", () => {
    expect(toErrorResponse(new InvalidRequestError("Send JSON."), "req-1")).toEqual({
      statusCode: 400,
      headers: {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": "req-1",
      },
      body: '{"code":"INVALID_REQUEST","message":"Send JSON.","requestId":"req-1","retryable":false}',
    });
  });

  test("says when to try again, where that may help", () => {
    const { headers, body } = toErrorResponse(
      new UpstreamRateLimitedError("Wait.", { upstreamRetryAfterSeconds: 7 }),
      "r",
    );
    expect(headers["retry-after"]).toBe("7");
    expect(JSON.parse(body)).toMatchObject({ code: "UPSTREAM_RATE_LIMITED", retryable: true });
  });

  test("does not tell the caller how the service is set up", () => {
    const { statusCode, body } = toErrorResponse(new ConfigInvalidError("MINDSET_API_HOST is missing"), "r");
    expect(statusCode).toBe(500);
    expect(body).toContain("SERVICE_MISCONFIGURED");
    expect(body).not.toContain("MINDSET");
  });
});
