/** Measures cold starts and warm requests of the variants, interleaved in random order. */

import type { Fakes } from "../fakes/environment.ts";
import { shuffle } from "../report/statistics.ts";
import { BenchError } from "../run.ts";
import type { Variant } from "../variants/build.ts";
import type { CpuQuota } from "./cpu-quota.ts";
import { type Instance, startInstance } from "./instance.ts";

/** One cold start, until the first answer. */
export interface ColdStart {
  /** CPU until the process waits for its first event: loading, and the work that the function starts during init. */
  initCpuMs: number;
  /** CPU until it has answered its first event and waits for the next. */
  coldCpuMs: number;
  wallMs: number;
  peakMemoryMb: number;
}

/** One warm instance. */
export interface WarmRun {
  /** CPU per request, as means of blocks: for the first 500 requests, and for those after the first 1,000. */
  earlyCpuMsPerRequest: number[];
  cpuMsPerRequest: number[];
  latencyMs: number[];
  peakMemoryMb: number;
}

/** What to measure. */
export interface Plan {
  variants: Variant[];
  fakes: Fakes;
  nodeFlags: string[];
  /** Instances of each variant. */
  rounds: number;
  /** @default - no limit */
  quota?: CpuQuota | undefined;
}

const BLOCK = 50;

/** Every round starts each variant once. An additional first round fills the disk caches and is discarded. */
export async function measureColdStarts(plan: Plan): Promise<Map<string, ColdStart[]>> {
  const results = new Map(plan.variants.map(({ name }) => [name, [] as ColdStart[]]));
  for (let round = 0; round <= plan.rounds; round += 1) {
    for (const variant of shuffle(plan.variants)) {
      const coldStart = await withInstance(plan, variant, async (instance) => {
        const { cpuMs: initCpuMs } = await instance.usage();
        await ask(plan, variant, instance);
        const wallMs = instance.ageMs();
        await instance.idle();
        const { cpuMs: coldCpuMs, peakMemoryMb } = await instance.usage();
        return { initCpuMs, coldCpuMs, wallMs, peakMemoryMb };
      });
      if (round > 0) results.get(variant.name)?.push(coldStart);
    }
  }
  return results;
}

const EARLY = 500; // V8 still interprets most of the code
const WARM_UP = 1_000; // until V8 has compiled the hot code

/**
 * Every round starts an instance of each variant, and sends blocks of requests to them in random order, so that other load
 * on the machine affects all variants alike.
 *
 * @param requests for each instance, after the warm-up.
 */
export async function measureWarm(plan: Plan, requests: number): Promise<Map<string, WarmRun>> {
  const runs = new Map<string, WarmRun>();
  for (const { name } of plan.variants) {
    runs.set(name, { earlyCpuMsPerRequest: [], cpuMsPerRequest: [], latencyMs: [], peakMemoryMb: 0 });
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    const instances: [Variant, Instance][] = [];
    try {
      for (const variant of shuffle(plan.variants)) instances.push([variant, await start(plan, variant)]);
      for (let served = 0; served < WARM_UP + requests; served += BLOCK) {
        for (const [variant, instance] of shuffle(instances)) {
          const block = await runBlock(plan, variant, instance);
          const run = runs.get(variant.name);
          if (served < EARLY) run?.earlyCpuMsPerRequest.push(block.cpuMsPerRequest);
          else if (served >= WARM_UP && run) addBlock(run, block);
        }
      }
    } finally {
      await Promise.all(instances.map(([, instance]) => instance.stop()));
    }
  }
  return runs;
}

interface Block {
  cpuMsPerRequest: number;
  latencyMs: number[];
  peakMemoryMb: number;
}

async function runBlock(plan: Plan, variant: Variant, instance: Instance): Promise<Block> {
  const before = await instance.usage();
  const latencyMs = await askMany(plan, variant, instance);
  const { cpuMs, peakMemoryMb } = await instance.usage();
  return { cpuMsPerRequest: (cpuMs - before.cpuMs) / BLOCK, latencyMs, peakMemoryMb };
}

function addBlock(run: WarmRun, { cpuMsPerRequest, latencyMs, peakMemoryMb }: Block): void {
  run.cpuMsPerRequest.push(cpuMsPerRequest);
  run.latencyMs.push(...latencyMs);
  run.peakMemoryMb = Math.max(run.peakMemoryMb, peakMemoryMb);
}

async function askMany(plan: Plan, variant: Variant, instance: Instance): Promise<number[]> {
  const latencyMs: number[] = [];
  for (let sent = 0; sent < BLOCK; sent += 1) latencyMs.push(await ask(plan, variant, instance));
  await instance.idle();
  return latencyMs;
}

/** @throws BenchError unless the result is the user's own. */
async function ask({ fakes }: Plan, variant: Variant, instance: Instance): Promise<number> {
  const user = `user-${fakes.newUsers(variant, 1)}`;
  const { result, ms } = await instance.invoke(fakes.eventOf(variant, user));
  if (!isResultFor(user, variant, result)) {
    throw new BenchError(`"${variant.name}" answered ${user} ${JSON.stringify(result)}\n${instance.log()}`);
  }
  return ms;
}

function isResultFor(user: string, { work }: Variant, result: unknown): boolean {
  const { statusCode, body, isAuthorized, context } = Object(result);
  if (work === "authorizer") return isAuthorized === true && context.sub === user;
  return statusCode === 200 && (work === "nothing" || JSON.parse(body).authToken === `token-of-${user}`);
}

/** Starts an instance and waits until it is ready for its first event. */
async function start({ fakes, nodeFlags, quota }: Plan, variant: Variant): Promise<Instance> {
  const environment = fakes.environmentOf(variant);
  const instance = await startInstance({ ...variant, environment, nodeFlags, quota });
  try {
    await instance.idle();
    return instance;
  } catch (error) {
    await instance.stop();
    throw error;
  }
}

async function withInstance<T>(plan: Plan, variant: Variant, use: (instance: Instance) => Promise<T>): Promise<T> {
  const instance = await start(plan, variant);
  try {
    return await use(instance);
  } finally {
    await instance.stop();
  }
}
