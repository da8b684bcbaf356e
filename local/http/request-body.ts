/** Edge (network): reads the body of a request, up to a limit. */
import type { IncomingMessage } from "node:http";

/**
 * Reads the body of a request into memory.
 *
 * @returns the bytes, or `undefined` if there are more than `maxBytes`; the rest is then read and dropped.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > maxBytes) {
      request.resume(); // a client that is still sending would not read our response
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
