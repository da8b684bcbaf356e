/** Experiment: kept-alive connections die while the instance sleeps; does the next request notice anything but the time? */
import { setTimeout as sleep } from "node:timers/promises";
import { startSurroundings } from "../support/function.ts";
import { type Call, createAsk } from "./call.ts";
import { type Findings, percentile, type Scale, toMs } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { type MindsetProcess, startMindsetProcess } from "./mindset-process.ts";
import { KEY } from "./world.ts";

const ROUNDS = { short: 1, full: 16 };
/** Requests at once, and so connections that die together. */
const BURST = 8;

/** Rounds of: some requests at once, all connections die, the same again. */
export const run = async (scale: Scale): Promise<Findings> => {
  const around = await startSurroundings({ apiKey: KEY });
  const watch = watchLog();
  const ask = createAsk(watch);
  const rows: string[][] = [];
  const misses: string[] = [];
  for (const scheme of ["http", "https"] as const) {
    const mindset = await startMindsetProcess(scheme);
    for (const { how, asleep } of DEATHS) {
      const invoke = await around.coldStart({ MINDSET_API_HOST: mindset.apiHost });
      const calls: Call[] = [];
      for (let round = 0; round < ROUNDS[scale]; round++) {
        await Promise.all(Array.from({ length: BURST }, () => ask(invoke)));
        await (asleep ? dieAsleep(mindset, how) : dieAwake(mindset, how));
        calls.push(...(await Promise.all(Array.from({ length: BURST }, () => ask(invoke)))));
      }
      const failed = calls.filter(({ status }) => status !== 200).length;
      if (failed > 0) misses.push(`${scheme}, ${how}: ${failed} of ${calls.length} requests failed`);
      rows.push([
        scheme,
        how,
        asleep ? "frozen" : "idle",
        `${calls.length}`,
        `${failed}`,
        `${calls.filter(({ line }) => line?.attempts === 2).length}`,
        toMs(
          percentile(
            calls.map(({ ms }) => ms),
            100,
          ),
        ),
      ]);
    }
    await mindset.close();
  }
  await around.close();
  watch.stop();
  return { title: "Kept-alive connections die while the instance sleeps", head: HEAD, rows, misses };
};

const HEAD = ["over", "ended by", "instance", "requests", "failed", "second call needed", "slowest"];

const DEATHS = (["FIN", "RST"] as const).flatMap((how) => [
  { how, asleep: false },
  { how, asleep: true },
]);

const dieAwake = async (mindset: MindsetProcess, how: "FIN" | "RST") => {
  const { done } = await mindset.dropConnections(how, 0);
  await done;
  await sleep(5);
};

/** Blocks this process while it happens, as Lambda's freeze does: it learns nothing before it uses a connection. */
const dieAsleep = async (mindset: MindsetProcess, how: "FIN" | "RST") => {
  const { done } = await mindset.dropConnections(how, 20);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 80);
  done.catch(() => {});
};
