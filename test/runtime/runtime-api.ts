/** Edge (network): Lambda's Runtime API, where a runtime asks for the next event and leaves what became of it. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { withTimeLimit } from "../../local/api-gateway/time-limit.ts";
import { sendReply } from "../../local/http/reply.ts";
import { readBody } from "../../local/http/request-body.ts";
import { startServer } from "../../local/http/server.ts";

/** What a runtime is told with every event. */
export interface RuntimeApiOptions {
  functionArn: string;
  timeoutMs: number;
}

/** The Runtime API of one instance of a function. */
export interface RuntimeApi {
  /** e.g. `127.0.0.1:40123`, for the variable `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  /** Resolves when the runtime has loaded the function and asks for its first event. */
  initialised: Promise<unknown>;
  /**
   * Hands out one event, one at a time as Lambda does.
   *
   * @returns what the function returned.
   * @throws InvocationError when the function failed, was late, or could not even be loaded.
   */
  invoke(event: unknown): Promise<unknown>;
  /** Every event that was handed out and is not answered fails with this reason, and so do those that come. */
  fail(reason: string): void;
  close(): Promise<void>;
}

/** The function gave no answer: what the runtime reported, or that it reported nothing. */
export class InvocationError extends Error {
  override readonly name = "InvocationError";
}

/** One event that is with the runtime. */
interface Invocation extends PromiseWithResolvers<unknown> {
  requestId: string;
}

const PATH = "/2018-06-01/runtime";
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/**
 * Starts the API on a free port.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi({ functionArn, timeoutMs }: RuntimeApiOptions): Promise<RuntimeApi> {
  const firstPoll = Promise.withResolvers<ServerResponse>();
  let poll = firstPoll; // the request with which the runtime waits for an event
  let current: Invocation | undefined;

  /** What becomes of an event that nobody waits for any more is not told to the next one. */
  function find(requestId: string | undefined) {
    return current?.requestId === requestId ? current : undefined;
  }
  function fail(reason: string) {
    poll.reject(new InvocationError(reason));
    poll.promise.catch(() => {});
    current?.reject(new InvocationError(reason));
  }

  async function listener(request: IncomingMessage, response: ServerResponse) {
    const [, requestId, action] = /\/runtime\/(?:invocation\/)?([^/]+)?\/?(\w+)$/.exec(request.url ?? "") ?? [];
    if (request.url === `${PATH}/invocation/next`) return poll.resolve(response);

    const body = String(await readBody(request, MAX_RESPONSE_BYTES));
    if (request.url === `${PATH}/init/error`) fail(`the function cannot be loaded: ${body}`);
    else if (action === "response") find(requestId)?.resolve(JSON.parse(body));
    else if (action === "error") find(requestId)?.reject(new InvocationError(body));
    sendReply(response, { status: 202, body: { status: "OK" } });
  }

  async function invoke(event: unknown) {
    const waiting = await poll.promise;
    poll = Promise.withResolvers();
    current = { requestId: randomUUID(), ...Promise.withResolvers() };
    sendReply(waiting, {
      headers: {
        "lambda-runtime-aws-request-id": current.requestId,
        "lambda-runtime-deadline-ms": Date.now() + timeoutMs,
        "lambda-runtime-invoked-function-arn": functionArn,
      },
      body: JSON.stringify(event),
    });
    function onLate() {
      throw new InvocationError(`Task timed out after ${timeoutMs / 1000} seconds`);
    }
    return withTimeLimit(current.promise, { limitMs: timeoutMs, onLate });
  }

  const server = await startServer({ port: 0, listener });
  const address = `127.0.0.1:${server.port}`;
  return { address, initialised: firstPoll.promise, invoke, fail, close: server.close };
}
