/** Edge (network): the whole body of a request, up to a limit. */
import type { IncomingMessage } from "node:http";

/**
 * Reads the body of a request into memory.
 *
 * @returns the bytes, or `undefined` when there are more than `maxBytes`; what is left of them is then not kept.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > maxBytes) {
      request.resume(); // lets the sender finish, so that it reads our answer
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
