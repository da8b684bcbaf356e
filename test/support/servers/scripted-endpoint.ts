/** A token endpoint that plays scripted responses and records its requests. I/O: network. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { readBody } from "../../../local/http/request-body.ts";
import { startServer } from "../../../local/http/server.ts";

/** One response; the last of a script is repeated. */
export interface ScriptedAnswer {
  /** @default 200 */
  status?: number;
  /** A function is called when the response is sent. */
  headers?: Record<string, string | (() => string)>;
  /** An object is sent as JSON. @default "" */
  body?: object | string;
  /** @default 0 */
  delayMs?: number;
  /** No response at all, a connection that closes before it, or one that closes within the body. @default - none */
  fault?: "silence" | "hang-up" | "broken-off";
  /** Whether the response has CORS headers, without which a page cannot read it. @default true */
  cors?: boolean;
}

/** A request that the endpoint received. */
export interface SeenRequest {
  atMs: number;
  method: string;
  headers: IncomingMessage["headers"];
  body: string;
  /** Whether the caller left before the response. */
  canceled: boolean;
}

/** Starts the endpoint. It allows every origin; preflight requests are neither scripted nor recorded. */
export async function startScriptedEndpoint() {
  const seen: SeenRequest[] = [];
  let script: ScriptedAnswer[] = [];

  const server = await startServer({
    port: 0,
    listener: async (request, response): Promise<void> => {
      response.setHeader("connection", "close"); // a browser itself retries a request that fails on a kept-alive connection
      const { method = "", headers } = request;
      const cors = { ...CORS, "access-control-allow-origin": headers.origin ?? "*" };
      if (method === "OPTIONS") return void response.writeHead(204, cors).end();

      const record = { atMs: performance.now(), method, headers, body: "", canceled: false };
      seen.push(record);
      response.on("close", () => {
        record.canceled = !response.writableFinished;
      });
      const answer = script[Math.min(seen.length, script.length) - 1] ?? {};
      response.setHeaders(new Map(Object.entries(answer.cors === false ? {} : cors)));
      record.body = String(await readBody(request, 4096));
      await give(answer, response);
    },
  });
  return {
    ...server,
    endpoint: `${server.url}/api/getusertoken`,
    seen,
    /** Starts over with other answers. */
    play: (answers: ScriptedAnswer[]) => {
      script = answers;
      seen.length = 0;
    },
  };
}

const CORS = {
  "access-control-allow-credentials": "true",
  "access-control-allow-headers": "authorization,content-type",
  "access-control-expose-headers": "x-request-id,retry-after",
};

async function give({ status = 200, headers = {}, body = "", delayMs = 0, fault }: ScriptedAnswer, to: ServerResponse) {
  await sleep(delayMs);
  if (fault === "silence") return;
  if (fault === "hang-up") return void to.socket?.destroy();
  const text = typeof body === "string" ? body : JSON.stringify(body);
  if (fault === "broken-off") {
    to.writeHead(status, { "content-length": text.length + 1 }).write(text);
    await sleep(10);
    return void to.socket?.destroy();
  }
  for (const [name, value] of Object.entries(headers))
    to.setHeader(name, typeof value === "function" ? value() : value);
  to.writeHead(status).end(text);
}
