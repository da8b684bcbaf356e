/** Middy adapter around `@middy/http-json-body-parser`: bodies are optional and small. */
import type { Request } from "@middy/core";
import httpJsonBodyParser, { type RequestEvent } from "@middy/http-json-body-parser";
import { InvalidRequestError, RequestTooLargeError } from "../errors.ts";

const MAX_BODY_BYTES = 8 * 1024;
const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json[ \t]*(?:;|$)/i;
const BYTE_ORDER_MARK = { text: /^\uFEFF/, base64: /^77u\// };

interface Body {
  body?: unknown;
  isBase64Encoded?: unknown;
  headers?: Record<string, unknown> | null;
}

/**
 * Replaces `event.body` with its parsed JSON. An absent or empty body becomes undefined, whatever the content type.
 *
 * @throws RequestTooLargeError when the decoded body is over 8 KB; it is not parsed.
 * @throws InvalidRequestError when it is not JSON, or its content type is not.
 */
export function jsonBody() {
  // The parser's own check does not allow the white space of "application/json ; charset=utf-8".
  const parser = httpJsonBodyParser({ disableContentTypeCheck: true });
  return {
    before: (request: Request<RequestEvent>): void => {
      const event: Body = request.event;
      if (typeof event !== "object" || event === null) return;
      if (bodySize(event) > MAX_BODY_BYTES) throw new RequestTooLargeError("The body is too large: send at most 8 KB.");
      event.body = withoutByteOrderMark(event) || undefined;
      if (event.body === undefined) return;
      assertJsonType(event);
      try {
        parser.before?.(request);
      } catch (cause) {
        // Without the parser's message, which can quote the body.
        throw new InvalidRequestError(NOT_JSON, { cause });
      }
    },
  };
}

const NOT_JSON = 'The body is not JSON: send an object such as {"name":"Ada Lovelace"}, or no body.';

function bodySize({ body, isBase64Encoded }: Body): number {
  return typeof body === "string" ? Buffer.byteLength(body, isBase64Encoded ? "base64" : "utf8") : 0;
}

function withoutByteOrderMark({ body, isBase64Encoded }: Body): unknown {
  return typeof body === "string" ? body.replace(BYTE_ORDER_MARK[isBase64Encoded ? "base64" : "text"], "") : body;
}

function assertJsonType({ headers }: Body): void {
  const contentType = headers?.["content-type"] ?? headers?.["Content-Type"];
  if (typeof contentType === "string" && JSON_TYPE.test(contentType)) return;
  throw new InvalidRequestError("Send the body with content-type: application/json.");
}
