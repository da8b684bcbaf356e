/** Middy adapter around `@middy/http-json-body-parser`: bodies are optional and small. */
import type { Request } from "@middy/core";
import httpJsonBodyParser, { type RequestEvent } from "@middy/http-json-body-parser";
import { InvalidRequestError, RequestTooLargeError } from "../errors.ts";

const MAX_BODY_BYTES = 8 * 1024;

/**
 * Replaces `event.body` with its parsed JSON. An absent or empty body becomes undefined, whatever the content type.
 *
 * @throws RequestTooLargeError when the decoded body is over 8 KB; it is not parsed.
 * @throws InvalidRequestError when it is not JSON, or its content type is not.
 */
export function jsonBody() {
  const parser = httpJsonBodyParser();
  return {
    before: (request: Request<RequestEvent>): void => {
      const event: { body?: unknown; isBase64Encoded?: unknown } = request.event;
      if (typeof event !== "object" || event === null) return;
      if (bodySize(event) > MAX_BODY_BYTES) throw new RequestTooLargeError("The body is too large: send at most 8 KB.");
      if (event.body === undefined || event.body === null || event.body === "") {
        event.body = undefined;
        return;
      }
      try {
        parser.before?.(request);
      } catch (error) {
        throw new InvalidRequestError(explain(error), { cause: error });
      }
    },
  };
}

function bodySize({ body, isBase64Encoded }: { body?: unknown; isBase64Encoded?: unknown }): number {
  return typeof body === "string" ? Buffer.byteLength(body, isBase64Encoded ? "base64" : "utf8") : 0;
}

// The parser's messages can quote the body, so this reads only its status: 415 for the content type, 422 for the JSON.
function explain(error: unknown): string {
  return (error as { statusCode?: number }).statusCode === 415
    ? "Send the body with content-type: application/json."
    : 'The body is not JSON; send an object such as {"name":"Ada Lovelace"}, or nothing.';
}
