/** Edge (processes): on what machine, and of what state of the code, figures are. */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";

/** Kept with the figures. */
export interface Machine {
  /** e.g. `2 x AMD EPYC 7R13 Processor` */
  cpu: string;
  /** e.g. `7a1f2c3`, with `-dirty` where files were changed since. */
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
