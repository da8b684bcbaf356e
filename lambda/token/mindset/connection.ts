/** Edge (network): one HTTP exchange with Mindset over kept-alive connections; every failure leaves as a TokenError. */
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import {
  ConnectionDiedError,
  type TokenError,
  UpstreamBadResponseError,
  UpstreamTimeoutError,
  UpstreamUnreachableError,
} from "../errors.ts";
import type { ApiOrigin } from "../settings.ts";
import { PreparedAgent } from "./preconnecting-agent.ts";
import { isSuccess, type MindsetReply, type MindsetRequest } from "./protocol.ts";

/** Connections to one host. */
export interface MindsetConnection {
  /**
   * Sends one request and reads one reply: no retry, no redirect.
   *
   * @param timeoutMs for all of it, from connecting to the last byte of the body.
   * @throws UpstreamUnreachableError (ConnectionDiedError on a kept-alive connection), UpstreamTimeoutError or
   *   UpstreamBadResponseError.
   */
  exchange(request: MindsetRequest, timeoutMs: number): Promise<MindsetReply>;
  /** Drops the idle connections: they may all have died while Lambda kept the instance frozen. */
  dropIdle(): void;
}

const MAX_REPLY_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;

/** Begins to connect at once, without waiting for it, so that the first exchange finds the connection open. */
export function openMindsetConnection(origin: ApiOrigin): MindsetConnection {
  const agent = origin.protocol === "https:" ? new PreparedAgent(origin) : new http.Agent({ keepAlive: true });
  const { request: open } = origin.protocol === "https:" ? https : http;
  const target = { ...origin, agent, maxHeaderSize: MAX_HEADER_BYTES };

  async function exchange({ body, ...head }: MindsetRequest, timeoutMs: number) {
    await noticeClosedConnections();
    return new Promise<MindsetReply>((resolve, reject) => {
      const request = open({ ...target, ...head });
      function fail(error: TokenError) {
        reject(error);
        request.destroy();
      }
      const deadline = setTimeout(() => fail(new UpstreamTimeoutError("Mindset did not answer in time.")), timeoutMs);
      let answer: IncomingMessage | undefined;
      request.on("error", (cause) => fail(answer ? brokenOff(answer, cause) : toTokenError(cause, request)));
      request.on("response", (response) => {
        answer = response;
        readReply(response, resolve, fail);
      });
      request.on("upgrade", (response) => fail(notHttp(response)));
      request.on("close", () => {
        clearTimeout(deadline);
        if (answer?.complete) return;
        // A connection that ends in the middle of an answer gives no error.
        fail(answer ? brokenOff(answer) : new UpstreamUnreachableError("Mindset closed the connection."));
      });
      request.end(body);
    });
  }

  function dropIdle() {
    for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
  }

  return { exchange, dropIdle };
}

/**
 * Gives Node one whole turn to see what came on idle connections while Lambda kept the instance frozen: an end, or an
 * answer that nobody asked for and that would be taken for the answer to the next request. It drops both. (One that comes
 * later than this, HTTP/1.1 cannot tell from the answer.)
 */
async function noticeClosedConnections(): Promise<void> {
  await new Promise(setImmediate); // the rest of this turn
  await new Promise(setImmediate); // a whole one
}

/** Only a token has a body worth waiting for; any other one is drained, so that the connection can be used again. */
function readReply(response: IncomingMessage, done: (reply: MindsetReply) => void, fail: (error: TokenError) => void) {
  const { statusCode: status = 0, headers } = response;
  function reply(body: Buffer): MindsetReply {
    return { status, retryAfter: headers["retry-after"], body };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) fail(tooLarge(response));
    else chunks.push(chunk);
  });
  response.on("end", () => done(reply(Buffer.concat(chunks))));
  if (!isSuccess(status)) done(reply(Buffer.alloc(0)));
}

function brokenOff({ statusCode: upstreamStatus }: IncomingMessage, cause?: Error) {
  return new UpstreamBadResponseError("Mindset's answer broke off.", { upstreamStatus, cause });
}

function tooLarge({ statusCode: upstreamStatus }: IncomingMessage) {
  return new UpstreamBadResponseError("Mindset's answer is too large.", { upstreamStatus });
}

function notHttp({ statusCode: upstreamStatus, cause }: { statusCode?: number; cause?: unknown }) {
  return new UpstreamBadResponseError("Mindset's answer is not valid HTTP.", { upstreamStatus, cause });
}

function toTokenError(cause: NodeJS.ErrnoException, { reusedSocket }: ClientRequest): TokenError {
  // The parser's codes: something answered, but not in HTTP as we accept it.
  if (cause.code?.startsWith("HPE_")) return notHttp({ cause });
  return new (reusedSocket ? ConnectionDiedError : UpstreamUnreachableError)("Mindset cannot be reached.", { cause });
}
