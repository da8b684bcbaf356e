import { expect, test } from "@jest/globals";
import { toTokenResponse } from "../../../../lambda/token/http/token-response.ts";

test("the response for a token holds exactly that, and no cache keeps it", () => {
  expect(toTokenResponse('t"1', "req-1")).toEqual({
    statusCode: 200,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": "req-1",
    },
    body: '{"authToken":"t\\"1"}',
  });
});
