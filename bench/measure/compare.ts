/** Runs one comparison: cold starts, with and without a CPU quota, and warm requests. */

import { findRuntimeClient } from "../../test/support/lambda-runtime/runtime-client.ts";
import type { Fakes } from "../fakes/environment.ts";
import { type Figures, sizesOf, toColdFigures, toWarmFigures } from "../report/report.ts";
import { BenchError, readMachine } from "../run.ts";
import type { Variant } from "../variants/build.ts";
import { cpusOfMemory, createCpuQuota } from "./cpu-quota.ts";
import { type ColdStart, measureColdStarts, measureWarm, type Plan, type WarmRun } from "./measure.ts";

// Many instances with few requests each: instances differ more from each other than requests do.
const FULL = { coldStarts: 30, coldStartsUnderQuota: 20, warmInstances: 8, requestsPerInstance: 250 };
const SHORT = { coldStarts: 20, coldStartsUnderQuota: 0, warmInstances: 6, requestsPerInstance: 250 };

interface Comparison {
  variants: Variant[];
  fakes: Fakes;
  nodeFlags: string[];
  /** Of the deployed function. */
  memoryMb: number;
  /** Only CPU without a quota, for CI. */
  isShort: boolean;
}

/** All samples by variant name. */
export interface Samples {
  cold: Record<string, ColdStart[]>;
  coldAt1Cpu?: Record<string, ColdStart[]>;
  coldAtOwnCpu?: Record<string, ColdStart[]>;
  warm: Record<string, WarmRun>;
}

export async function compare(given: Comparison): Promise<{ figures: Figures; samples: Samples }> {
  const { variants, fakes, nodeFlags, memoryMb, isShort } = given;
  const { coldStarts, coldStartsUnderQuota, warmInstances, requestsPerInstance } = isShort ? SHORT : FULL;
  const plan: Plan = { variants, fakes, nodeFlags, rounds: coldStarts };
  const ownCpus = cpusOfMemory(memoryMb);

  tell(`${coldStarts} cold starts of each (runtime client: ${findRuntimeClient().name})`);
  const cold = await measureColdStarts(plan);
  const underQuota = isShort ? {} : await measureUnderQuotas({ ...plan, rounds: coldStartsUnderQuota }, ownCpus);
  tell(`${warmInstances} instances of each, ${requestsPerInstance} warm requests`);
  const warm = await measureWarm({ ...plan, rounds: warmInstances }, requestsPerInstance);

  const { coldAt1Cpu, coldAtOwnCpu, quotaRefusal } = underQuota;
  return {
    figures: {
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      nodeFlags,
      runtimeClient: findRuntimeClient().name,
      ...readMachine(),
      memoryMb,
      ownCpus,
      coldStarts,
      coldStartsUnderQuota,
      assetBytes: sizesOf(variants),
      cold: toColdFigures(cold),
      ...(coldAt1Cpu && { coldAt1Cpu: toColdFigures(coldAt1Cpu) }),
      ...(coldAtOwnCpu && { coldAtOwnCpu: toColdFigures(coldAtOwnCpu) }),
      ...(quotaRefusal && { quotaRefusal }),
      warmRequests: warmInstances * requestsPerInstance,
      warm: toWarmFigures(warm),
    },
    samples: {
      cold: Object.fromEntries(cold),
      ...(coldAt1Cpu && { coldAt1Cpu: Object.fromEntries(coldAt1Cpu) }),
      ...(coldAtOwnCpu && { coldAtOwnCpu: Object.fromEntries(coldAtOwnCpu) }),
      warm: Object.fromEntries(warm),
    },
  };
}

interface UnderQuotas {
  coldAt1Cpu?: Map<string, ColdStart[]>;
  coldAtOwnCpu?: Map<string, ColdStart[]>;
  /** Why there are no figures. */
  quotaRefusal?: string;
}

async function measureUnderQuotas(plan: Plan, ownCpus: number): Promise<UnderQuotas> {
  try {
    createCpuQuota(1).remove();
  } catch (error) {
    const quotaRefusal = (error as Error).message;
    tell(`no cold starts under a CPU quota: ${quotaRefusal}`);
    return { quotaRefusal };
  }
  return { coldAt1Cpu: await measureAt(plan, 1), coldAtOwnCpu: await measureAt(plan, ownCpus) };
}

/** @throws BenchError when no process was throttled, which means that the quota had no effect. */
async function measureAt(plan: Plan, cpus: number): Promise<Map<string, ColdStart[]>> {
  const quota = createCpuQuota(cpus);
  try {
    tell(`${plan.rounds} cold starts of each at ${cpus.toFixed(2)} CPU`);
    const starts = await measureColdStarts({ ...plan, quota });
    if (cpus < 1 && quota.timesThrottled() === 0)
      throw new BenchError(`the quota of ${cpus.toFixed(2)} CPU had no effect`);
    return starts;
  } finally {
    quota.remove();
  }
}

function tell(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}
