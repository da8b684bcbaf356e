/** Starts one instance of a variant, and reads the CPU and memory that it uses. Linux only: reads `/proc`. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startInstance as startLambdaInstance } from "../../test/support/lambda-runtime/instance.ts";
import { BenchError, inTime, StoppedError } from "../run.ts";
import type { CpuQuota } from "./cpu-quota.ts";

/** How to start an instance. */
export interface InstanceOptions {
  /** The variant's name, for error messages. */
  name: string;
  /** The folder with `index.js` or `index.mjs`. */
  taskRoot: string;
  environment: Record<string, string>;
  nodeFlags: string[];
  /** @default - no limit */
  quota?: CpuQuota | undefined;
}

/** What a process has used since its start. */
export interface Usage {
  /** User and system time of all threads, including those that have ended. */
  cpuMs: number;
  peakMemoryMb: number;
}

const LIMIT = { limitMs: 15_000, orElse: "nothing" };
const PROBE = join(import.meta.dirname, "usage-probe.cjs");

/** Starts a process; it runs until `stop()`. */
export async function startInstance({ name, taskRoot, environment, nodeFlags, quota }: InstanceOptions) {
  const instance = await startLambdaInstance({
    description: { name: "bench", taskRoot },
    environment,
    nodeFlags: [...nodeFlags, "--require", PROBE],
    // The shell joins the control group, then becomes Node.
    wrap: quota && ((node) => ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', quota.membersFile, ...node]),
  });
  function wait<T>(phase: string, work: Promise<T>): Promise<T> {
    return inTime(work, LIMIT).catch((error: Error) => {
      if (error instanceof StoppedError) throw error;
      throw new BenchError(`"${name}", ${phase}: ${error.message}\n${instance.lines().slice(-20).join("\n")}`);
    });
  }

  return {
    /** Resolves when the function is loaded, or the last event answered, and the process waits for the next event. */
    idle: async () => {
      await wait("getting ready for an event", instance.idle());
      await sleep(3); // for work that continues after the poll was sent
    },
    invoke: (event: unknown) => wait("answering", instance.invoke(event)),
    /** Call it while the process is idle. */
    usage: async (): Promise<Usage> => {
      instance.child.kill("SIGUSR2");
      const [line] = await wait("reporting its CPU time", once(instance.extraOutput, "data"));
      // getrusage's maximum starts at the parent's value.
      const peakKb = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${instance.child.pid}/status`, "utf8"))?.[1];
      return { cpuMs: Number(line), peakMemoryMb: Number(peakKb) / 1_024 };
    },
    ageMs: instance.ageMs,
    log: () => instance.lines().join("\n"),
    stop: () => instance.end("SIGKILL"),
  };
}

export type Instance = Awaited<ReturnType<typeof startInstance>>;
