/** Fake of Lambda's Runtime API for one function instance: an HTTP server on loopback. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { startServer } from "../../../local/http/server.ts";

/** What Lambda sends along with every event. */
export interface RuntimeApiOptions {
  functionArn: string;
  timeoutMs: number;
}

/** The Runtime API of one instance. It returns one event at a time, as Lambda does. */
export interface RuntimeApi {
  /** e.g. `127.0.0.1:40123`, for the variable `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  /** Resolves when the runtime waits for its next event. Rejects when it cannot load the function. */
  idle(): Promise<unknown>;
  /**
   * Sends an event.
   *
   * @returns the function's result, and the milliseconds until it arrived.
   * @throws InvocationError when the function fails, times out or cannot be loaded.
   */
  invoke(event: unknown): Promise<{ result: unknown; ms: number }>;
  /** Rejects the current event, and every later one, with this reason. */
  fail(reason: string): void;
  close(): Promise<void>;
}

/** The function gave no result. */
export class InvocationError extends Error {
  override readonly name = "InvocationError";
}

/**
 * Starts the API on a free port.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi({ functionArn, timeoutMs }: RuntimeApiOptions): Promise<RuntimeApi> {
  let poll = handledPromise<ServerResponse>(); // the request with which the runtime waits for an event
  let answer = handledPromise<string>();
  let requestId = "";
  let events = 0;

  function fail(reason: string) {
    poll.reject(new InvocationError(reason));
    answer.reject(new InvocationError(reason));
  }

  async function listener(request: IncomingMessage, response: ServerResponse) {
    const [, id, action] =
      /^\/2018-06-01\/runtime\/(?:invocation\/)?([^/]+)(?:\/(\w+))?$/.exec(request.url ?? "") ?? [];
    if (id === "next") return poll.resolve(response);
    const body = await text(request);
    if (id === "init") fail(`the function cannot be loaded: ${body}`);
    else if (id === requestId && action === "response") answer.resolve(body);
    else if (id === requestId) answer.reject(new InvocationError(body));
    response.writeHead(202, { "content-length": 0 }).end();
  }

  async function invoke(event: unknown) {
    const waiting = await poll.promise;
    poll = handledPromise();
    answer = handledPromise();
    events += 1;
    requestId = `00000000-0000-4000-8000-${String(events).padStart(12, "0")}`;
    const timer = setTimeout(
      () => answer.reject(new InvocationError(`Task timed out after ${timeoutMs / 1_000} seconds`)),
      timeoutMs,
    );
    const body = JSON.stringify(event);
    const begin = performance.now();
    waiting.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "lambda-runtime-aws-request-id": requestId,
      "lambda-runtime-deadline-ms": Date.now() + timeoutMs,
      "lambda-runtime-invoked-function-arn": functionArn,
      "lambda-runtime-trace-id": "Root=1-00000000-000000000000000000000000;Sampled=0",
    });
    waiting.end(body);
    try {
      return { result: JSON.parse(await answer.promise), ms: performance.now() - begin };
    } finally {
      clearTimeout(timer);
    }
  }

  const server = await startServer({ port: 0, listener });
  return { address: `127.0.0.1:${server.port}`, idle: () => poll.promise, invoke, fail, close: server.close };
}

/** A promise to settle from outside. A rejection that nothing awaits is not an error. */
function handledPromise<T>() {
  const handled = Promise.withResolvers<T>();
  handled.promise.catch(() => {});
  return handled;
}
