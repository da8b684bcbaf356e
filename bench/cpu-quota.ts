/** Edge (files): a control group with a part of a CPU, as Lambda gives it by memory (512 MB: 0.29). */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A group that processes can be put into. */
export interface CpuQuota {
  cpus: number;
  /** A process that writes its id there belongs to the group. */
  membersFile: string;
  remove(): void;
}

const PERIOD_US = 20_000;
const ROOT = "/sys/fs/cgroup";

/** @returns undefined where this machine does not allow it; most need root for it. */
export const createCpuQuota = (cpus: number): CpuQuota | undefined => {
  const isVersion2 = existsSync(join(ROOT, "cgroup.controllers"));
  const folder = join(ROOT, isVersion2 ? "" : "cpu", `bench-${process.pid}-${Math.round(cpus * 100)}`);
  const quotaUs = Math.round(cpus * PERIOD_US);
  try {
    mkdirSync(folder);
    if (isVersion2) {
      writeFileSync(join(folder, "cpu.max"), `${quotaUs} ${PERIOD_US}`);
    } else {
      writeFileSync(join(folder, "cpu.cfs_period_us"), String(PERIOD_US));
      writeFileSync(join(folder, "cpu.cfs_quota_us"), String(quotaUs));
    }
  } catch {
    return undefined;
  }
  return { cpus, membersFile: join(folder, "cgroup.procs"), remove: () => rmdirSync(folder) };
};
