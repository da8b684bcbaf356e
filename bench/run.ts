/** Limits on a run of the benchmark: errors with exit codes, time limits, stop signals, and the machine it ran on. */
import { spawnSync } from "node:child_process";
import { constants, cpus } from "node:os";
import { onStop } from "../local/stop-signals.ts";

/** The run cannot continue. Its message is printed without a stack trace. */
export class BenchError extends Error {
  override readonly name: string = "BenchError";
  readonly exitCode: number = 1;
}

/** The command line is wrong, or the benchmark cannot run on this machine. */
export class UsageError extends BenchError {
  override readonly name = "UsageError";
  override readonly exitCode = 2;
}

/** A signal stopped the run. */
export class StoppedError extends BenchError {
  override readonly name = "StoppedError";
  override readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

const stopping = new AbortController();

/** After this call a stop signal rejects every pending {@link inTime}, so that each `finally` block runs. */
export function handleSignals(): void {
  onStop((signal: NodeJS.Signals = "SIGTERM") => stopping.abort(new StoppedError(signal)));
}

/** @returns undefined unless a signal has stopped the run. */
export function stopReason(): StoppedError | undefined {
  return stopping.signal.reason;
}

/** A time limit, and the message when it passes, e.g. `no answer`. */
export interface Limit {
  limitMs: number;
  orElse: string;
}

/**
 * Waits for `work`.
 *
 * @throws BenchError after the limit, StoppedError when the run is stopped.
 */
export function inTime<T>(work: Promise<T>, { limitMs, orElse }: Limit): Promise<T> {
  return new Promise((resolve, reject) => {
    const { signal } = stopping;
    function stop() {
      reject(signal.reason);
    }
    const timer = setTimeout(() => reject(new BenchError(`${orElse} within ${limitMs / 1_000} s`)), limitMs);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    });
  });
}

/** Stored with the figures. */
export interface Machine {
  /** e.g. `2 x AMD EPYC 7R13 Processor` */
  cpu: string;
  /** e.g. `7a1f2c3`; ends in `-dirty` when tracked files have changes. */
  commit: string;
}

export function readMachine(): Machine {
  const git = spawnSync("git", ["describe", "--always", "--dirty", "--exclude=*"], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  const cores = cpus();
  return { cpu: `${cores.length} x ${cores[0]?.model.trim()}`, commit: git.stdout?.trim() || "unknown" };
}
