/** Edge (processes): one instance of a function: a process of its own, with the environment that Lambda gives it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { DeployedFunction } from "./deployed-function.ts";
import { startRuntimeApi } from "./runtime-api.ts";
import { findRuntimeClient } from "./runtime-client.ts";

/** What an instance is made of. */
export interface InstanceOptions {
  deployed: DeployedFunction;
  /** Variables beside those of Lambda and of the template, e.g. where the stand-ins are. */
  environment: Record<string, string>;
}

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  afterMs: number;
}

/** An instance that is running; its first event waits until the function is loaded. */
export type FunctionInstance = Awaited<ReturnType<typeof startInstance>>;

/** A cold start. */
export async function startInstance({ deployed, environment }: InstanceOptions) {
  const { address, initialised, invoke, fail, close } = await startRuntimeApi({
    functionArn: deployed.arn,
    ...deployed,
  });
  const child = spawn(process.execPath, [findRuntimeClient().entry], {
    cwd: deployed.taskRoot,
    env: { ...lambdaEnvironment(deployed), ...deployed.environment, ...environment, AWS_LAMBDA_RUNTIME_API: address },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const streams = [collect(child.stdout), collect(child.stderr)]; // the log is what comes out of either
  function lines() {
    return streams.flatMap((text) => text().split("\n")).filter(Boolean);
  }
  const exited = once(child, "exit").then(([code, signal]) => {
    fail(`the runtime ended (${code ?? signal}): ${lines().join("\n")}`);
    return { code, signal } as Omit<Exit, "afterMs">;
  });

  async function end(signal: NodeJS.Signals): Promise<Exit> {
    const begin = performance.now();
    child.kill(signal);
    const exit = await exited;
    await close();
    return { ...exit, afterMs: performance.now() - begin };
  }
  return {
    initialised,
    invoke: async (event: unknown): Promise<unknown> => {
      const result = await invoke(event);
      await sleep(20); // the lines of its log come by another way
      return result;
    },
    /** Stops the process where it is, as Lambda does between events. */
    freeze: () => child.kill("SIGSTOP"),
    /** Lets it go on. */
    thaw: () => child.kill("SIGCONT"),
    /** Ends the process, and resolves when it is gone. */
    end,
    /** The function's log so far, in which every line is a record. */
    log: () => lines().flatMap(toRecord),
    /** Lines that are no record: whatever Node or the runtime has to complain about. */
    complaints: () => lines().filter((line) => toRecord(line).length === 0),
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function lambdaEnvironment(deployed: DeployedFunction): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    _HANDLER: deployed.handler,
    LAMBDA_TASK_ROOT: deployed.taskRoot,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_REGION: deployed.region,
    AWS_DEFAULT_REGION: deployed.region,
    AWS_ACCESS_KEY_ID: "ASIAEXAMPLENOTREAL000",
    AWS_SECRET_ACCESS_KEY: "not-a-real-secret",
    AWS_SESSION_TOKEN: "not-a-real-token",
    AWS_LAMBDA_FUNCTION_NAME: deployed.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployed.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: deployed.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
    AWS_LAMBDA_LOG_FORMAT: deployed.logFormat,
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
