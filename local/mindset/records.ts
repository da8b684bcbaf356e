/** Pure: the exchanges that the stand-in for Mindset has had, as they happened. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply } from "../http/reply.ts";

/** A request as it arrived, byte for byte, and what came back. */
export interface RecordedRequest {
  method: string;
  path: string;
  /** Names and values in turn, as they were sent. */
  rawHeaders: string[];
  /** By name in lower case. */
  headers: IncomingMessage["headers"];
  body: Buffer;
  answer: RecordedAnswer;
}

/** What came back so far. */
export interface RecordedAnswer {
  /** Known when the exchange is over; absent when it ended without an answer. */
  status?: number;
  /** Absent when a fault wrote it. */
  body?: Reply["body"];
  /** The fault in force, e.g. `status-503`. */
  fault?: string;
}

/** Keeps a request, and the status of its answer when that is over. */
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
