/** Edge (processes): one whole comparison: cold starts, with and without a CPU quota, and warm requests. */
import { createCpuQuota } from "./cpu-quota.ts";
import { measureColdStarts, measureWarm, type Plan } from "./measure.ts";
import { type ColdFigures, type Figures, sizesOf, toColdFigures, toWarmFigures } from "./report.ts";
import { runtimeClient } from "./runtime-client.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Variant } from "./variants.ts";

// Many instances with few requests each, since one instance differs from another by more than its requests do.
const FULL = { coldStarts: 30, coldStartsUnderQuota: 20, warmInstances: 8, requestsPerInstance: 250 };
const SHORT = { coldStarts: 20, coldStartsUnderQuota: 0, warmInstances: 6, requestsPerInstance: 250 };

interface Comparison {
  variants: Variant[];
  surroundings: Surroundings;
  /** CPU without a quota alone, for CI. */
  isShort: boolean;
}

export const compare = async ({ variants, surroundings, isShort }: Comparison): Promise<Figures> => {
  const { coldStarts, coldStartsUnderQuota, warmInstances, requestsPerInstance } = isShort ? SHORT : FULL;
  const plan: Plan = { variants, surroundings, rounds: coldStarts };

  const underQuota = async (cpus: number): Promise<Record<string, ColdFigures> | undefined> => {
    const quota = coldStartsUnderQuota > 0 ? createCpuQuota(cpus) : undefined;
    if (!quota) return undefined;
    try {
      tell(`${coldStartsUnderQuota} cold starts of each at ${cpus} CPU`);
      return toColdFigures(await measureColdStarts({ ...plan, rounds: coldStartsUnderQuota, quota }));
    } finally {
      quota.remove();
    }
  };

  tell(`${coldStarts} cold starts of each (runtime client: ${runtimeClient.name})`);
  const cold = toColdFigures(await measureColdStarts(plan));
  const coldAt1Cpu = await underQuota(1);
  const coldAt029Cpu = await underQuota(0.29);
  tell(`${warmInstances} instances of each, ${requestsPerInstance} warm requests`);
  const warm = toWarmFigures(await measureWarm({ ...plan, rounds: warmInstances }, requestsPerInstance));

  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    runtimeClient: runtimeClient.name,
    coldStarts,
    coldStartsUnderQuota,
    assetBytes: sizesOf(variants),
    cold,
    ...(coldAt1Cpu && { coldAt1Cpu }),
    ...(coldAt029Cpu && { coldAt029Cpu }),
    warmRequests: warmInstances * requestsPerInstance,
    warm,
  };
};

const tell = (what: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
