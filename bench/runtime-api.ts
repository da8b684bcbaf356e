/** Edge (network): Lambda's Runtime API for one instance, as far as a measurement needs it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { startServer } from "../local/http/server.ts";

/** Hands events to one instance, one at a time. */
export interface RuntimeApi {
  /** e.g. `127.0.0.1:40123`, for the variable `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  /** Resolves when the runtime has loaded the function and waits for an event; for each event anew. Rejects when it cannot. */
  idle(): Promise<unknown>;
  /**
   * @returns what the function returned, and the milliseconds it took to come.
   * @throws Error when the function failed.
   */
  invoke(event: unknown): Promise<{ result: unknown; ms: number }>;
  close(): Promise<void>;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  let poll = createPromise<ServerResponse>();
  let answer = createPromise<string>();
  let events = 0;

  async function listener(request: IncomingMessage, response: ServerResponse) {
    const path = request.url ?? "";
    if (path.endsWith("/invocation/next")) return poll.resolve(response);
    const body = await text(request);
    if (path.endsWith("/response")) answer.resolve(body);
    else (path.endsWith("/init/error") ? poll : answer).reject(new Error(`the function failed: ${body}`));
    response.writeHead(202, { "content-length": 0 }).end();
  }

  const server = await startServer({ port: 0, listener });
  return {
    address: `127.0.0.1:${server.port}`,
    idle: () => poll.promise,
    invoke: async (event) => {
      const waiting = await poll.promise;
      poll = createPromise();
      answer = createPromise();
      events += 1;
      const body = JSON.stringify(event);
      const begin = performance.now();
      waiting.writeHead(200, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "lambda-runtime-aws-request-id": `00000000-0000-4000-8000-${String(events).padStart(12, "0")}`,
        "lambda-runtime-deadline-ms": Date.now() + 15_000,
        "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-west-1:123456789012:function:bench",
        "lambda-runtime-trace-id": "Root=1-00000000-000000000000000000000000;Sampled=0",
      });
      waiting.end(body);
      const result = JSON.parse(await answer.promise);
      return { result, ms: performance.now() - begin };
    },
    close: server.close,
  };
}

/** To be settled from outside; nobody need be waiting when it fails. */
function createPromise<T>() {
  const created = Promise.withResolvers<T>();
  created.promise.catch(() => {});
  return created;
}
