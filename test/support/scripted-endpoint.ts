/** An endpoint on another origin that answers as it is told, and keeps what it was sent. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { readBody } from "../../local/http/request-body.ts";
import { startServer } from "../../local/http/server.ts";

/** One answer; the last of a script is given again and again. */
export interface ScriptedAnswer {
  /** @default 200 */
  status?: number;
  /** A function gives the value at the time of the answer. */
  headers?: Record<string, string | (() => string)>;
  /** An object is sent as JSON. @default "" */
  body?: object | string;
  /** How long it takes. @default 0 */
  delayMs?: number;
  /** Instead of an answer: nothing at all, an end without a word, or one in the middle of the body. */
  fault?: "silence" | "hang-up" | "broken-off";
}

/** A request as the endpoint saw it. */
export interface SeenRequest {
  atMs: number;
  method: string;
  headers: IncomingMessage["headers"];
  body: string;
  /** Whether the caller went away before the answer. */
  cancelled: boolean;
}

/** Starts the endpoint. It lets every origin in; what a browser asks first is neither scripted nor counted. */
export async function startScriptedEndpoint() {
  const seen: SeenRequest[] = [];
  let script: ScriptedAnswer[] = [];

  const server = await startServer({
    port: 0,
    listener: async (request, response): Promise<void> => {
      for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
      if (request.method === "OPTIONS") return void response.writeHead(204).end();

      const { method = "", headers } = request;
      const record = { atMs: performance.now(), method, headers, body: "", cancelled: false };
      seen.push(record);
      response.on("close", () => {
        record.cancelled = !response.writableFinished;
      });
      const answer = script[Math.min(seen.length, script.length) - 1] ?? {};
      record.body = String(await readBody(request, 4096));
      await give(answer, response);
    },
  });
  return {
    ...server,
    endpoint: `${server.url}/api/getusertoken`,
    seen,
    /** Begins anew with other answers. */
    play: (answers: ScriptedAnswer[]) => {
      script = answers;
      seen.length = 0;
    },
  };
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization,content-type",
  "access-control-expose-headers": "x-request-id,retry-after",
  connection: "close", // a browser repeats by itself what fails on a connection that was kept alive
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
