/** Pure: why a run of the benchmark ends early; the message says it all, without a stack. */
import { constants } from "node:os";

/** Something that was measured, or that measures, did not do what it should. */
export class BenchError extends Error {
  override readonly name: string = "BenchError";
  readonly exitCode: number = 1;
}

/** The command was not understood, or cannot run here. */
export class UsageError extends BenchError {
  override readonly name = "UsageError";
  override readonly exitCode = 2;
}

/** The run was told to stop. */
export class StoppedError extends BenchError {
  override readonly name = "StoppedError";
  override readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}
