/** Edge (network): one HTTP exchange with Mindset over a kept-alive connection; every failure becomes a TokenError. */
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import {
  ConnectionDiedError,
  type TokenError,
  UpstreamBadResponseError,
  UpstreamTimeoutError,
  UpstreamUnreachableError,
} from "../errors.ts";
import type { ApiOrigin } from "../settings.ts";
import { isFresh, MAX_IDLE_MS, PreconnectingAgent } from "./preconnecting-agent.ts";
import { isSuccess, type MindsetReply, type MindsetRequest } from "./protocol.ts";

/** Connections to one host. */
export interface MindsetConnection {
  /**
   * Sends one request and reads one reply. Does not retry, and does not follow redirects.
   *
   * @param timeoutMs covers everything from connecting to the last byte of the body.
   * @throws UpstreamUnreachableError (ConnectionDiedError on a kept-alive connection), UpstreamTimeoutError or
   *   UpstreamBadResponseError.
   */
  exchange(request: MindsetRequest, timeoutMs: number): Promise<MindsetReply>;
  /** Closes all idle connections. When one turns out to be dead, the others usually are, too. */
  dropIdle(): void;
}

const FAKE_MINDSET_OPTIONS = { keepAlive: true, timeout: MAX_IDLE_MS };
const MAX_REPLY_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;

/** Starts connecting immediately, so that the first exchange usually finds an open connection. */
export function openMindsetConnection(origin: ApiOrigin): MindsetConnection {
  const agent = origin.protocol === "https:" ? new PreconnectingAgent(origin) : new http.Agent(FAKE_MINDSET_OPTIONS);
  const { request: open } = origin.protocol === "https:" ? https : http;
  const target = { ...origin, agent, maxHeaderSize: MAX_HEADER_BYTES };
  const lastUsedAt = new WeakMap<Socket, number>();

  async function exchange({ body, ...head }: MindsetRequest, timeoutMs: number) {
    await flushStaleSockets();
    return new Promise<MindsetReply>((resolve, reject) => {
      const request = open({ ...target, ...head });
      function fail(error: TokenError) {
        reject(error);
        request.destroy();
      }
      request.on("socket", (socket) => lastUsedAt.set(socket, Date.now()));
      const deadline = setTimeout(() => fail(new UpstreamTimeoutError("Mindset did not answer in time.")), timeoutMs);
      let answer: IncomingMessage | undefined;
      request.on("error", (cause) => fail(answer ? endedEarly(answer, cause) : toTokenError(cause, request)));
      request.on("response", (response) => {
        answer = response;
        readReply(response, resolve, fail);
      });
      request.on("upgrade", (response) => fail(notHttp(response)));
      request.on("close", () => {
        clearTimeout(deadline);
        if (answer?.complete) return;
        // Node reports no error when the connection ends in the middle of a response.
        fail(answer ? endedEarly(answer) : new UpstreamUnreachableError("Mindset closed the connection."));
      });
      request.end(body);
    });
  }

  /**
   * Closes sockets that were idle for too long, and lets the event loop process what arrived on the others while Lambda
   * had the instance frozen: the end of the connection, or an unsolicited response, which would otherwise answer the
   * next request. Node closes such sockets.
   * HTTP/1.1 cannot tell an unsolicited response that arrives later from the real one.
   */
  async function flushStaleSockets(): Promise<void> {
    for (const socket of idleSockets()) if (!isFresh(lastUsedAt.get(socket) ?? 0)) socket.destroy();
    await new Promise(setImmediate); // the rest of the current turn
    await new Promise(setImmediate); // one complete turn
  }

  function dropIdle() {
    for (const socket of idleSockets()) socket.destroy();
  }

  function idleSockets(): Socket[] {
    return Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
  }

  return { exchange, dropIdle };
}

/** Waits for the body of a success only; drains other bodies, so that the connection can be reused. */
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

function endedEarly({ statusCode: upstreamStatus }: IncomingMessage, cause?: Error) {
  return new UpstreamBadResponseError("Mindset's response ended early.", { upstreamStatus, cause });
}

function tooLarge({ statusCode: upstreamStatus }: IncomingMessage) {
  return new UpstreamBadResponseError("Mindset's response is too large.", { upstreamStatus });
}

function notHttp({ statusCode: upstreamStatus, cause }: { statusCode?: number; cause?: unknown }) {
  return new UpstreamBadResponseError("Mindset's response is not valid HTTP.", { upstreamStatus, cause });
}

function toTokenError(cause: NodeJS.ErrnoException, { reusedSocket }: ClientRequest): TokenError {
  // HTTP parser errors: there was a response, but it is not acceptable HTTP.
  if (cause.code?.startsWith("HPE_")) return notHttp({ cause });
  return new (reusedSocket ? ConnectionDiedError : UpstreamUnreachableError)("Mindset cannot be reached.", { cause });
}
