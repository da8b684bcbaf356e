/** Pure: token -> HTTP response, and the shape and headers that every response of ours has. */
import type { TokenBody } from "../../contract.ts";

/** What API Gateway expects of a payload-2.0 integration. */
export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  /** JSON text. */
  body: string;
}

/** @returns 200 with `{"authToken":"..."}`. */
export function toTokenResponse(authToken: string, requestId: string): HttpResponse {
  return toJsonResponse({ statusCode: 200, body: { authToken } satisfies TokenBody, requestId });
}

/** @returns a response that no cache keeps and no browser reinterprets. */
export function toJsonResponse(answer: { statusCode: number; body: object; requestId: string }): HttpResponse {
  return {
    statusCode: answer.statusCode,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": answer.requestId,
    },
    body: JSON.stringify(answer.body),
  };
}
