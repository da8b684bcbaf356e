/** Pure: records the requests to the fake Mindset API and their responses. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply } from "../http/reply.ts";

/** A request as it arrived, byte for byte, and its response. */
export interface RecordedRequest {
  method: string;
  path: string;
  /** Names and values in turn, as sent. */
  rawHeaders: string[];
  /** By name in lower case. */
  headers: IncomingMessage["headers"];
  body: Buffer;
  answer: RecordedAnswer;
}

/** The response so far. */
export interface RecordedAnswer {
  /** Set when the response has been sent; absent if there was none. */
  status?: number;
  /** Absent if a fault sent it. */
  body?: Reply["body"];
  /** The fault that was used, e.g. `status-503`. */
  fault?: string;
}

/** Records a request; the status is filled in when the response has been sent. */
export function toRecord({ request, response, body = Buffer.alloc(0) }: Exchange): RecordedRequest {
  const answer: RecordedAnswer = {};
  response.on("close", () => {
    if (response.headersSent) answer.status = response.statusCode;
  });
  const { method = "", url: path = "", rawHeaders, headers } = request;
  return { method, path, rawHeaders, headers, body, answer };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer | undefined;
}
