/** Creates a control group with a share of a CPU, which Lambda allocates in proportion to memory. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A control group. */
export interface CpuQuota {
  cpus: number;
  /** A process joins the group by writing its id to this file. */
  membersFile: string;
  /** How often its processes have been throttled so far. */
  timesThrottled(): number;
  remove(): void;
}

/** The share of a CPU that Lambda allocates; 1,769 MB get one whole CPU. */
export function cpusOfMemory(memoryMb: number): number {
  return memoryMb / 1_769;
}

const PERIOD_US = 20_000;
const ROOT = "/sys/fs/cgroup";

/** @throws Error where this machine does not allow it; most machines require root. */
export function createCpuQuota(cpus: number): CpuQuota {
  const isVersion2 = existsSync(join(ROOT, "cgroup.controllers"));
  const folder = join(ROOT, isVersion2 ? "" : "cpu", `bench-${process.pid}-${Math.round(cpus * 100)}`);
  const quotaUs = Math.round(cpus * PERIOD_US);
  function remove() {
    return rmdirSync(folder);
  }
  mkdirSync(folder);
  try {
    if (isVersion2) {
      if (!existsSync(join(folder, "cpu.max"))) writeFileSync(join(ROOT, "cgroup.subtree_control"), "+cpu");
      writeFileSync(join(folder, "cpu.max"), `${quotaUs} ${PERIOD_US}`);
    } else {
      writeFileSync(join(folder, "cpu.cfs_period_us"), String(PERIOD_US));
      writeFileSync(join(folder, "cpu.cfs_quota_us"), String(quotaUs));
    }
  } catch (error) {
    remove();
    throw error;
  }
  function timesThrottled() {
    return Number(/nr_throttled (\d+)/.exec(readFileSync(join(folder, "cpu.stat"), "utf8"))?.[1]);
  }
  return { cpus, membersFile: join(folder, "cgroup.procs"), timesThrottled, remove };
}
