/** Edge (network): responses that are interrupted, trickle, or never end. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Reply } from "../../http/reply.ts";

/** The response to write, and the reply that a healthy server would send. */
export interface Exchange {
  response: ServerResponse;
  reply(): Reply;
}

const JSON_TYPE = { "content-type": "application/json" };
const MB = 1024 * 1024;

/** Closes the connection without a response. */
export function hangUp({ response }: Exchange): void {
  void response.socket?.destroy();
}

/** Resets the connection (TCP RST; over TLS it is closed). */
export function reset({ response: { socket } }: Exchange): void {
  if (socket && "encrypted" in socket) socket.destroy();
  else socket?.resetAndDestroy();
}

/** Announces a body, sends its beginning, and resets the connection once that has arrived. */
export function resetInBody(exchange: Exchange): Promise<void> {
  return breakOff(exchange, () => reset(exchange));
}

/** Does the same, but closes the connection normally. */
export function endInBody(exchange: Exchange): Promise<void> {
  return breakOff(exchange, () => hangUp(exchange));
}

async function breakOff({ response }: Exchange, end: () => void): Promise<void> {
  response.writeHead(200, { ...JSON_TYPE, "content-length": 64 }).write('{"authToken":"');
  await sleep(10);
  end();
}

/** Announces a body and never sends it. */
export function sendHeadersOnly({ response }: Exchange): void {
  response.writeHead(200, { ...JSON_TYPE, "content-length": 64 }).flushHeaders();
}

/** Sends the valid response byte by byte. */
export async function drip({ response, reply }: Exchange, pauseMs: number): Promise<void> {
  const { status = 200, body } = reply();
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { ...JSON_TYPE, "content-length": bytes.length }).flushHeaders();
  for (const byte of bytes) {
    await sleep(pauseMs);
    if (response.closed) return;
    response.write(Buffer.of(byte));
  }
  response.end();
}

/** Sends 200 MB that begin like a token response. */
export function sendHugeBody({ response }: Exchange): Promise<void> {
  const chunk = Buffer.alloc(MB, "t");
  response.writeHead(200, { ...JSON_TYPE, "content-length": 14 + 200 * MB });
  return stream(response, Buffer.from('{"authToken":"'), repeat(chunk, 200));
}

/** Sends 1 MB of gzip that begins like a token response and unpacks to 1 GB, as many gzip members (RFC 1952). */
export function sendGzipBomb({ response }: Exchange): Promise<void> {
  const member = gzipSync(Buffer.alloc(MB, "t"));
  response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" });
  return stream(response, gzipSync('{"authToken":"'), repeat(member, 1024));
}

function* repeat(chunk: Buffer, times: number): Generator<Buffer> {
  for (let count = 0; count < times; count++) yield chunk;
}

/** A careful client disconnects before the end, which is not an error here. */
async function stream(response: ServerResponse, start: Buffer, rest: Iterable<Buffer>): Promise<void> {
  response.write(start);
  await pipeline(Readable.from(rest), response).catch(() => {});
}
