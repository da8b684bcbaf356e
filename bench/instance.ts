/** Edge (processes): one instance of a variant, from its cold start on, and what it uses. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { CpuQuota } from "./cpu-quota.ts";
import { BenchError, StoppedError } from "./errors.ts";
import { inTime } from "./in-time.ts";
import { startRuntimeApi } from "./runtime-api.ts";
import { runtimeClient } from "./runtime-client.ts";

/** What an instance is made of. */
export interface InstanceOptions {
  /** For what is said when something is wrong. */
  name: string;
  /** The folder with `index.js` or `index.mjs`. */
  taskRoot: string;
  environment: Record<string, string>;
  nodeFlags: string[];
  /** @default - as much CPU as there is */
  quota?: CpuQuota | undefined;
}

/** What a process has used since its start. */
export interface Usage {
  /** User and system, all threads, those that have ended included. */
  cpuMs: number;
  peakMemoryMb: number;
}

const LIMIT = { limitMs: 15_000, orElse: "nothing" };
const PROBE = join(import.meta.dirname, "usage-probe.cjs");

/** Starts a process; it runs until `stop()`. */
export async function startInstance({ name, taskRoot, environment, nodeFlags, quota }: InstanceOptions) {
  const api = await startRuntimeApi();
  const begin = performance.now();
  const node = [process.execPath, ...nodeFlags, "--require", PROBE, runtimeClient.entry];
  // A shell enters the group and becomes Node.
  const [command = "", ...args] = quota
    ? ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', quota.membersFile, ...node]
    : node;
  const child = spawn(command, args, {
    cwd: taskRoot,
    env: {
      ...environment,
      _HANDLER: "index.handler",
      LAMBDA_TASK_ROOT: taskRoot,
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_FUNCTION_NAME: "bench",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/bench",
      AWS_LAMBDA_LOG_STREAM_NAME: "bench",
      AWS_LAMBDA_LOG_FORMAT: "JSON",
    },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const probe = child.stdio[3] as Readable;
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      log = (log + chunk).slice(-2_000);
    });
  }
  const ended = once(child, "close").then(([code, signal]) => {
    throw new BenchError(`it ended (${signal ?? `exit code ${code}`})`);
  });
  ended.catch(() => {});
  function wait<T>(phase: string, work: Promise<T>): Promise<T> {
    return inTime(Promise.race([work, ended]), LIMIT).catch((error: Error) => {
      throw error instanceof StoppedError ? error : new BenchError(`"${name}", ${phase}: ${error.message}\n${log}`);
    });
  }

  return {
    /** Resolves when the function is loaded, or the last event is answered, and the process waits for the next. */
    idle: async () => {
      await wait("getting ready for an event", api.idle());
      await sleep(3); // what runs on after the poll was sent
    },
    invoke: (event: unknown) => wait("answering", api.invoke(event)),
    /** To be asked while the process is idle. */
    usage: async (): Promise<Usage> => {
      child.kill("SIGUSR2");
      const [line] = await wait("telling its CPU", once(probe, "data"));
      // Not getrusage's figure, which begins with the parent's.
      const peakKb = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      return { cpuMs: Number(line), peakMemoryMb: Number(peakKb) / 1_024 };
    },
    /** Milliseconds since the process was asked for. */
    ageMs: () => performance.now() - begin,
    log: () => log,
    stop: async () => {
      const gone = ended.catch(() => {});
      child.kill("SIGKILL");
      await gone;
      await api.close();
    },
  };
}

export type Instance = Awaited<ReturnType<typeof startInstance>>;
