/** Runs one instance of a function as a separate process, with the environment that Lambda gives it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { startRuntimeApi } from "./runtime-api.ts";
import { findRuntimeClient } from "./runtime-client.ts";

/** What Lambda knows of a function. */
export interface FunctionDescription {
  /** @default "function" */
  name?: string;
  /** The folder with the code. */
  taskRoot: string;
  /** @default "index.handler" */
  handler?: string;
  /** @default 15_000 */
  timeoutMs?: number;
  /** @default 512 */
  memoryMb?: number;
  /** @default "/aws/lambda/function" */
  logGroup?: string;
}

/** How to start an instance. */
export interface InstanceOptions {
  description: FunctionDescription;
  /** Added to the variables that Lambda sets, and over them. */
  environment: Record<string, string>;
  /** Options for Node, before the runtime client's path. @default [] */
  nodeFlags?: readonly string[];
  /** Wraps the command, e.g. to put the process into a control group. @default - the command as it is */
  wrap?: (command: string[]) => string[];
}

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  afterMs: number;
}

/** A running instance; its first event waits until the function is loaded. */
export type FunctionInstance = Awaited<ReturnType<typeof startInstance>>;

/** A cold start. */
export async function startInstance({ description, environment, nodeFlags = [], wrap }: InstanceOptions) {
  const lambda = lambdaEnvironment(description);
  const functionArn = `arn:aws:lambda:eu-west-1:123456789012:function:${lambda.AWS_LAMBDA_FUNCTION_NAME}`;
  const api = await startRuntimeApi({ functionArn, timeoutMs: description.timeoutMs ?? 15_000 });
  const begin = performance.now();
  const node = [process.execPath, ...nodeFlags, findRuntimeClient().entry];
  const [command = "", ...args] = wrap ? wrap(node) : node;
  const child = spawn(command, args, {
    cwd: description.taskRoot,
    env: { ...lambda, ...environment, AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const streams = [child.stdout, child.stderr].map((stream) => collect(stream as Readable)); // both are the log
  function lines() {
    return streams.flatMap((text) => text().split("\n")).filter(Boolean);
  }
  // "close" follows the last byte of output.
  const exited = once(child, "close").then(([code, signal]): Omit<Exit, "afterMs"> => {
    api.fail(`the runtime ended (${code ?? signal}): ${lines().join("\n").slice(-2_000)}`);
    return { code, signal };
  });

  return {
    child,
    /** Resolves when the function is loaded, or the last event answered, and the process waits for the next event. */
    idle: api.idle,
    /** Milliseconds since the process was started. */
    ageMs: () => performance.now() - begin,
    invoke: api.invoke,
    /** File descriptor 3, on which a preloaded module may write. */
    extraOutput: child.stdio[3] as Readable,
    /** Stops the process where it is, as Lambda does between events. */
    freeze: () => child.kill("SIGSTOP"),
    /** Lets it go on. */
    thaw: () => child.kill("SIGCONT"),
    /** Ends the process, and resolves when it is gone. */
    end: async (signal: NodeJS.Signals): Promise<Exit> => {
      const sent = performance.now();
      child.kill(signal);
      const exit = await exited;
      await api.close();
      return { ...exit, afterMs: performance.now() - sent };
    },
    lines,
    /** The function's log so far: lines that are JSON. */
    log: () => lines().flatMap(toRecord),
    /** Lines that are not JSON: warnings of Node or of the runtime. */
    complaints: () => lines().filter((line) => toRecord(line).length === 0),
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function lambdaEnvironment({ name = "function", taskRoot, ...rest }: FunctionDescription) {
  const { handler = "index.handler", memoryMb = 512, logGroup = `/aws/lambda/${name}` } = rest;
  return {
    PATH: process.env.PATH ?? "",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_REGION: "eu-west-1",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "ASIAEXAMPLENOTREAL000",
    AWS_SECRET_ACCESS_KEY: "not-a-real-secret",
    AWS_SESSION_TOKEN: "not-a-real-token",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
    AWS_LAMBDA_LOG_FORMAT: "JSON",
    AWS_LAMBDA_LOG_LEVEL: "INFO",
  };
}

function collect(stream: Readable): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  return () => text;
}

/** @returns nothing for a line that is not JSON. */
function toRecord(line: string): Record<string, unknown>[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
