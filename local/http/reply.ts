/** Edge (network): sends an answer of the stand-ins, JSON unless it says otherwise. */
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

/** An answer. */
export interface Reply {
  /** @default 200 */
  status?: number;
  headers?: OutgoingHttpHeaders;
  /** An object is sent as JSON. @default "" */
  body?: object | string | Buffer;
}

/** Sends an answer. */
export function sendReply(response: ServerResponse, { status = 200, headers, body = "" }: Reply): void {
  const bytes = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response
    .writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(bytes),
      ...headers,
    })
    .end(bytes);
}
