/** Edge (network): sends a response of the local servers, as JSON unless the headers say otherwise. */
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

/** A response. */
export interface Reply {
  /** @default 200 */
  status?: number;
  headers?: OutgoingHttpHeaders;
  /** An object is sent as JSON. @default "" */
  body?: object | string | Buffer;
}

/** Sends a response. */
export function sendReply(response: ServerResponse, { status = 200, headers, body = "" }: Reply): void {
  const bytes = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const length = { "content-length": Buffer.byteLength(bytes) };
  response.writeHead(status, { "content-type": "application/json", ...length, ...headers }).end(bytes);
}
