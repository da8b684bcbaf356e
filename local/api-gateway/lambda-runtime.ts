/** Edge (clock): invokes a function as Lambda does, with a context, a time limit, and JSON in and out. */
import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";
import { FUNCTION_TIMEOUT_SECONDS } from "../../lambda/contract.ts";

/** The export `handler` of a function's module. */
export type FunctionHandler = (event: never, context: never) => unknown;

/** One invocation of a function. */
export interface Invocation {
  handler: FunctionHandler;
  event: unknown;
  /** @default - the timeout of the deployed function */
  timeoutMs?: number;
}

/**
 * Invokes a function once.
 *
 * @returns the function's result after a round trip through JSON.
 * @throws the function's error, or `Task timed out ...` after `timeoutMs`.
 */
export async function invoke(invocation: Invocation): Promise<unknown> {
  const { handler, event, timeoutMs = FUNCTION_TIMEOUT_SECONDS * 1000 } = invocation;
  async function run() {
    return handler(throughJson(event) as never, createContext(timeoutMs) as never);
  }
  function onTimeout() {
    throw new Error(`Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
  }
  const result = await withTimeLimit(run(), { limitMs: timeoutMs, onTimeout });
  return throughJson(result ?? null);
}

/** A limit in milliseconds, and what happens when it is reached. */
export interface TimeLimit<L> {
  limitMs: number;
  /** Gives the result instead; the operation keeps running, and its own result is ignored. */
  onTimeout: () => L;
}

/** Waits for an operation, at most until its time limit. */
export async function withTimeLimit<T, L>(work: Promise<T>, { limitMs, onTimeout }: TimeLimit<L>): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  return Promise.race([work, timeout.then(onTimeout)]).finally(() => clearTimeout(timer));
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
