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
  /** CPU per request, averaged over blocks of {@link BLOCK}. */
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

export const BLOCK = 50;

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

/** Every round warms up a new instance of each variant, and then sends it `requests` events, one after the other. */
export const measureWarm = async (plan: Plan, requests: number): Promise<Map<string, WarmRun>> => {
  const results = new Map<string, WarmRun>();
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const variant of shuffle(plan.variants)) {
      const run = await withInstance(plan, variant, (instance) => runWarm(instance, variant, requests));
      const before = results.get(variant.name) ?? { cpuMsPerRequest: [], latencyMs: [], peakMemoryMb: 0 };
      results.set(variant.name, {
        cpuMsPerRequest: [...before.cpuMsPerRequest, ...run.cpuMsPerRequest],
        latencyMs: [...before.latencyMs, ...run.latencyMs],
        peakMemoryMb: Math.max(before.peakMemoryMb, run.peakMemoryMb),
      });
    }
  }
  return results;
};

const WARM_UP = 1_000; // until V8 has compiled what it is going to

const runWarm = async (instance: Instance, variant: Variant, requests: number): Promise<WarmRun> => {
  const run: WarmRun = { cpuMsPerRequest: [], latencyMs: [], peakMemoryMb: 0 };
  for (let sent = 1; sent <= WARM_UP; sent += 1) await ask(instance, variant, sent);
  for (let block = 0; block < requests / BLOCK; block += 1) {
    await instance.idle();
    const before = await instance.usage();
    for (let sent = 0; sent < BLOCK; sent += 1) {
      run.latencyMs.push(await ask(instance, variant, block * BLOCK + sent));
    }
    await instance.idle();
    const after = await instance.usage();
    run.cpuMsPerRequest.push((after.cpuMs - before.cpuMs) / BLOCK);
    run.peakMemoryMb = after.peakMemoryMb;
  }
  return run;
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

const withInstance = async <T>(plan: Plan, variant: Variant, use: (instance: Instance) => Promise<T>): Promise<T> => {
  const { surroundings, quota } = plan;
  const instance = await startInstance({ taskRoot: variant.taskRoot, environment: surroundings.environment, quota });
  try {
    await instance.idle();
    return await use(instance);
  } finally {
    await instance.stop();
  }
};
