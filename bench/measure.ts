/** Edge (processes): cold starts and warm requests of the variants, interleaved in random order. */
import type { CpuQuota } from "./cpu-quota.ts";
import { type Instance, startInstance } from "./instance.ts";
import { shuffle } from "./statistics.ts";
import { eventOf, type Surroundings } from "./surroundings.ts";
import type { Variant } from "./variants.ts";

/** One cold start, up to the first answer. */
export interface ColdStart {
  /** CPU until the function is loaded and asks for its first event. */
  initCpuMs: number;
  /** CPU until its first event is answered and it asks for the next. */
  coldCpuMs: number;
  wallMs: number;
  peakMemoryMb: number;
}

/** One warm instance. */
export interface WarmRun {
  /** CPU per request, each the mean of a block. */
  cpuMsPerRequest: number[];
  latencyMs: number[];
  peakMemoryMb: number;
}

/** What is measured, of whom, where. */
export interface Plan {
  variants: Variant[];
  surroundings: Surroundings;
  /** How many of each. */
  rounds: number;
  /** @default - as much CPU as there is */
  quota?: CpuQuota | undefined;
}

const BLOCK = 50;

/** Every round starts each variant once; a round more, the first, is thrown away: it fills the caches of the disk. */
export const measureColdStarts = async (plan: Plan): Promise<Map<string, ColdStart[]>> => {
  const results = new Map(plan.variants.map(({ name }) => [name, [] as ColdStart[]]));
  for (let round = 0; round <= plan.rounds; round += 1) {
    for (const variant of shuffle(plan.variants)) {
      const coldStart = await withInstance(plan, variant, async (instance) => {
        const { cpuMs: initCpuMs } = await instance.usage();
        await ask(instance, variant, 1);
        const wallMs = instance.ageMs();
        await instance.idle();
        const { cpuMs: coldCpuMs, peakMemoryMb } = await instance.usage();
        return { initCpuMs, coldCpuMs, wallMs, peakMemoryMb };
      });
      if (round > 0) results.get(variant.name)?.push(coldStart);
    }
  }
  return results;
};

/**
 * Every round starts and warms up an instance of each variant, and then asks them in turn, a block of requests at a time:
 * what else goes on in the machine meets them all.
 */
export const measureWarm = async (plan: Plan, requests: number): Promise<Map<string, WarmRun>> => {
  const runs = new Map<string, WarmRun>();
  for (const { name } of plan.variants) runs.set(name, { cpuMsPerRequest: [], latencyMs: [], peakMemoryMb: 0 });
  for (let round = 0; round < plan.rounds; round += 1) {
    const instances = await Promise.all(
      plan.variants.map(async (variant) => [variant, await start(plan, variant)] as const),
    );
    try {
      for (const [variant, instance] of instances) await askMany(instance, variant, WARM_UP);
      for (let block = 0; block < requests / BLOCK; block += 1) {
        for (const [variant, instance] of shuffle(instances)) await runBlock(instance, variant, runs.get(variant.name));
      }
    } finally {
      await Promise.all(instances.map(([, instance]) => instance.stop()));
    }
  }
  return runs;
};

const WARM_UP = 1_000; // until V8 has compiled what it is going to

const runBlock = async (instance: Instance, variant: Variant, run: WarmRun | undefined): Promise<void> => {
  const before = await instance.usage();
  run?.latencyMs.push(...(await askMany(instance, variant, BLOCK)));
  const after = await instance.usage();
  run?.cpuMsPerRequest.push((after.cpuMs - before.cpuMs) / BLOCK);
  if (run) run.peakMemoryMb = Math.max(run.peakMemoryMb, after.peakMemoryMb);
};

const askMany = async (instance: Instance, variant: Variant, times: number): Promise<number[]> => {
  const latencyMs: number[] = [];
  for (let sent = 1; sent <= times; sent += 1) latencyMs.push(await ask(instance, variant, sent));
  await instance.idle();
  return latencyMs;
};

/** @throws Error unless the answer is the token that belongs to the user. */
const ask = async (instance: Instance, { name, isEmpty }: Variant, number: number): Promise<number> => {
  const user = `user-${number}`;
  const { result, ms } = await instance.invoke(eventOf(user));
  const { statusCode, body } = result as { statusCode: number; body: string };
  if (statusCode !== 200 || (!isEmpty && JSON.parse(body).authToken !== `token-of-${user}`)) {
    throw new Error(`${name} answered ${JSON.stringify(result)}\n${instance.log()}`);
  }
  return ms;
};

const start = ({ surroundings, quota }: Plan, { taskRoot }: Variant): Promise<Instance> =>
  startInstance({ taskRoot, environment: surroundings.environment, quota });

const withInstance = async <T>(plan: Plan, variant: Variant, use: (instance: Instance) => Promise<T>): Promise<T> => {
  const instance = await start(plan, variant);
  try {
    await instance.idle();
    return await use(instance);
  } finally {
    await instance.stop();
  }
};
