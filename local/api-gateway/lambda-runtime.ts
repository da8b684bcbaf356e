/** Edge (clock): calls a function as Lambda does, with a context, a time limit, and JSON on the way in and out. */
import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";
import { FUNCTION_TIMEOUT_SECONDS } from "../../lambda/contract.ts";
import { withTimeLimit } from "./time-limit.ts";

/** What Lambda calls: the export `handler` of the function's module, whatever types it gives event and context. */
export type FunctionHandler = (event: never, context: never) => unknown;

/** One call of a function. */
export interface Invocation {
  handler: FunctionHandler;
  event: unknown;
  /** @default - as deployed */
  timeoutMs?: number;
}

/**
 * Calls the function once.
 *
 * @returns what the function returned, as it looks after JSON.
 * @throws whatever the function threw, or an error when it is still busy after `timeoutMs`.
 */
export async function invoke({
  handler,
  event,
  timeoutMs = FUNCTION_TIMEOUT_SECONDS * 1000,
}: Invocation): Promise<unknown> {
  async function run() {
    return handler(throughJson(event) as never, createContext(timeoutMs) as never);
  }
  function onLate() {
    throw new Error(`Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
  }
  const result = await withTimeLimit(run(), { limitMs: timeoutMs, onLate });
  return throughJson(result ?? null);
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function createContext(timeoutMs: number): Context {
  const deadline = Date.now() + timeoutMs;
  return {
    awsRequestId: randomUUID(),
    functionName: "", // without a name the function prints no metrics
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:local",
    memoryLimitInMB: "512",
    logGroupName: "/aws/lambda/local",
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
