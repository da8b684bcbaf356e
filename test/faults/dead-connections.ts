/** Experiment: kept-alive connections die while the instance sleeps; does the next request notice anything but the time? */
import { setTimeout as sleep } from "node:timers/promises";
import { startSurroundings } from "../support/function.ts";
import { type Call, createAsk } from "./call.ts";
import { type Findings, type Scale, toMs } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { type MindsetProcess, startMindsetProcess } from "./mindset-process.ts";
import { KEY } from "./world.ts";

const ROUNDS = { short: 1, full: 16 };
/** Requests at once, and so connections that die together. */
const BURST = 8;

type End = "FIN" | "RST";

const dieAwake = async (mindset: MindsetProcess, how: End) => {
  const { done } = await mindset.dropConnections(how, 0);
  await done;
  await sleep(5);
};

/** Blocks this process while it happens, as Lambda's freeze does. */
const dieAsleep = async (mindset: MindsetProcess, how: End) => {
  await mindset.dropConnections(how, 20);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 80);
};

const DEATHS = [
  { what: "FIN, instance idle", die: (mindset: MindsetProcess) => dieAwake(mindset, "FIN") },
  { what: "RST, instance idle", die: (mindset: MindsetProcess) => dieAwake(mindset, "RST") },
  { what: "FIN, instance frozen", die: (mindset: MindsetProcess) => dieAsleep(mindset, "FIN") },
  { what: "RST, instance frozen", die: (mindset: MindsetProcess) => dieAsleep(mindset, "RST") },
  {
    what: "reset, as the next request arrives",
    die: (mindset: MindsetProcess) => mindset.setFault({ fault: "reset", times: BURST }),
  },
];

/** Rounds of: some requests at once, all connections die, the same again. */
export const run = async (scale: Scale): Promise<Findings> => {
  const around = await startSurroundings({ apiKey: KEY });
  const watch = watchLog();
  const ask = createAsk(watch);
  const rows: string[][] = [];
  const misses: string[] = [];
  for (const scheme of ["http", "https"] as const) {
    const mindset = await startMindsetProcess(scheme);
    for (const { what, die } of DEATHS) {
      const invoke = await around.coldStart({ MINDSET_API_HOST: mindset.apiHost });
      const askTogether = () => Promise.all(Array.from({ length: BURST }, () => ask(invoke)));
      const calls: Call[] = [];
      for (let round = 0; round < ROUNDS[scale]; round++) {
        await askTogether();
        await die(mindset);
        calls.push(...(await askTogether()));
      }
      const failed = calls.filter(({ status }) => status !== 200).length;
      const calledTwice = calls.filter(({ line }) => line?.attempts === 2).length;
      if (failed > 0) misses.push(`${scheme}, ${what}: ${failed} of ${calls.length} requests failed`);
      const slowestMs = Math.max(...calls.map(({ ms }) => ms));
      rows.push([scheme, what, `${calls.length}`, `${failed}`, `${calledTwice}`, toMs(slowestMs)]);
    }
    await mindset.close();
  }
  await around.close();
  watch.stop();
  return { title: "Kept-alive connections die while the instance sleeps", head: HEAD, rows, misses };
};

const HEAD = ["over", "the connections end by", "requests after that", "failed", "second call needed", "slowest"];
