/** Edge (network): the runs of one row of the matrix, each in a fresh instance of the function that is warm. */
import { createBareClient } from "./bare-client.ts";
import type { Ask, Call } from "./call.ts";
import type { Row } from "./row.ts";
import type { Variant } from "./variants.ts";
import { problemsOf } from "./verdict.ts";
import { KEY, type World } from "./world.ts";

/** One run of one variant. */
export interface Run {
  call: Call;
  problems: string[];
  /** Milliseconds inside the handler; where the row says so, those that a bare client took are subtracted. */
  ms: number;
}

/** What {@link runRow} needs. */
export interface RowOptions {
  row: Row;
  /** Runs of each variant. */
  times: number;
  worlds: Record<World["scheme"], World>;
  ask: Ask;
}

/** Runs every variant of the row so many times, over HTTP and HTTPS in turns. */
export async function runRow({ row, times, worlds, ask }: RowOptions): Promise<Run[]> {
  const runs: Run[] = [];
  for (const [v, variant] of row.variants.entries()) {
    const experiments = Array.from({ length: times }, (_, i) => {
      const scheme = variant.scheme ?? ((v + i) % 2 === 0 ? "http" : "https");
      return { row, variant, ask, world: worlds[scheme] };
    });
    runs.push(...(row.sideBySide ? await runSideBySide(experiments) : await runInTurn(experiments)));
  }
  return runs;
}

interface Experiment extends Pick<RowOptions, "row" | "ask"> {
  variant: Variant;
  world: World;
}

async function runInTurn(experiments: Experiment[]): Promise<Run[]> {
  const runs: Run[] = [];
  for (const experiment of experiments) {
    const { row, variant, world, ask } = experiment;
    const invoke = await startWarm(experiment);
    const readsBefore = world.secretsManager.reads();
    const undo = await variant.begin(world);
    const bareMs = row.overBareClient ? await bareMsIn(world) : 0;
    const call = await ask(invoke, row);
    if (typeof undo === "function") await undo();
    const run = toRun(experiment, call, world.secretsManager.reads() - readsBefore);
    runs.push({ ...run, ms: run.ms - bareMs });
    world.reset();
  }
  return runs;
}

async function runSideBySide(experiments: Experiment[]): Promise<Run[]> {
  const instances: Awaited<ReturnType<typeof startWarm>>[] = [];
  for (const experiment of experiments) instances.push(await startWarm(experiment));
  for (const { variant, world } of experiments) await variant.begin(world);
  const readsBefore = new Map(experiments.map(({ world }) => [world, world.secretsManager.reads()]));
  const calls = await Promise.all(
    experiments.map(({ ask, row }, i) => ask(instances[i] as (typeof instances)[number], row)),
  );
  // Whose read it was cannot be told: one that nobody should make counts against every run of that world.
  const runs = experiments.map((experiment, i) => {
    const secretReads = experiment.world.secretsManager.reads() - (readsBefore.get(experiment.world) ?? Number.NaN);
    return toRun(experiment, calls[i] as Call, secretReads);
  });
  for (const { world } of experiments) world.reset();
  return runs;
}

/** A new instance that has read the key and, where it can, talked to Mindset. */
async function startWarm({ variant, world, ask }: Experiment) {
  const invoke = await world.coldStart(variant.environment?.(world));
  await ask(invoke);
  return invoke;
}

/** A bare client's second call, over a connection that is open, like the function's. */
async function bareMsIn({ scheme, mindset }: World): Promise<number> {
  const bareCall = createBareClient({ scheme, port: mindset.port, apiKey: KEY });
  await bareCall();
  return bareCall();
}

function toRun({ row, variant, world }: Experiment, call: Call, secretReads: number): Run {
  const { requests, tokens } = world.mindset;
  const arrivals = requests.filter(({ body }) => body.includes(`"${call.subject}"`)).length;
  const tokenOwner = tokens.get(String(call.body.authToken));
  return {
    call,
    ms: call.ms,
    problems: problemsOf({ row, variant, call, traces: { arrivals, secretReads, tokenOwner } }),
  };
}
