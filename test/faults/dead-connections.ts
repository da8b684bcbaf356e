/** Experiment: kept-alive connections die while the instance sleeps; does the next request notice, and whose is its token? */
import { setTimeout as sleep } from "node:timers/promises";
import { startSurroundings } from "../support/function.ts";
import { type Call, createAsk } from "./call.ts";
import { type Findings, type Scale, toCount, toMs } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { type MindsetProcess, startMindsetProcess } from "./mindset-process.ts";
import { KEY } from "./world.ts";

const ROUNDS = { short: 1, full: 16 };
/** Requests at once, and so connections that die together. */
const BURST = 8;

type End = "FIN" | "RST";

/** Has the connections die; what it returns tells, after the next requests, how many have ended so far. */
type Die = (mindset: MindsetProcess) => Promise<() => Promise<number>>;

function dieAwake(how: End): Die {
  return async (mindset) => {
    const { done } = await mindset.dropConnections(how, 0);
    await done;
    await sleep(5);
    return () => done;
  };
}

/** Blocks this process while it happens, as Lambda's freeze does. */
function dieAsleep(how: End): Die {
  return async (mindset) => {
    const { done } = await mindset.dropConnections(how, 20);
    freeze(80);
    return () => done;
  };
}

/** An answer comes that nobody asked for: taken for the answer to the next request, it gives away a stranger's token. */
const answerAsleep: Die = async (mindset) => {
  const { done, isSaid } = await mindset.sayUnasked("a-strangers-token", 20);
  for (let ms = 0; ms < 5_000 && !isSaid(); ms += 20) freeze(20); // it must not come later than this
  freeze(20);
  return async () => {
    await done;
    return mindset.setFault(null);
  };
};

function freeze(ms: number) {
  return void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const dieUnderARequest: Die = async (mindset) => {
  await mindset.setFault({ fault: "reset", times: BURST });
  return () => mindset.setFault(null);
};

const DEATHS: { what: string; die: Die; eachTwice?: boolean }[] = [
  { what: "FIN, instance idle", die: dieAwake("FIN") },
  { what: "RST, instance idle", die: dieAwake("RST") },
  { what: "FIN, instance frozen", die: dieAsleep("FIN") },
  { what: "RST, instance frozen", die: dieAsleep("RST") },
  { what: "an answer that nobody asked for, instance frozen", die: answerAsleep },
  { what: "reset, as the next request arrives", die: dieUnderARequest, eachTwice: true },
];

/** Rounds of: some requests at once, all connections die, the same again. */
export async function run(scale: Scale): Promise<Findings> {
  const around = await startSurroundings({ apiKey: KEY });
  const watch = watchLog();
  const ask = createAsk(watch);
  const rows: string[][] = [];
  const misses: string[] = [];
  for (const scheme of ["http", "https"] as const) {
    const mindset = await startMindsetProcess(scheme);
    for (const { what, die, eachTwice = false } of DEATHS) {
      const { done: othersEnded } = await mindset.dropConnections("FIN", 0);
      await othersEnded;
      const invoke = await around.coldStart({ MINDSET_API_HOST: mindset.apiHost });
      function askTogether() {
        return Promise.all(Array.from({ length: BURST }, () => ask(invoke)));
      }
      const calls: Call[] = [];
      let ended = 0;
      for (let round = 0; round < ROUNDS[scale]; round++) {
        await askTogether();
        const endedBefore = await mindset.setFault(null);
        const endedSoFar = await die(mindset);
        calls.push(...(await askTogether()));
        ended += (await endedSoFar()) - endedBefore;
      }
      const failed = calls.filter(({ status }) => status !== 200).length;
      const served = calls.filter(({ status }) => status === 200);
      const owners = await mindset.ownersOf(served.map(({ body }) => String(body.authToken)));
      const own = served.filter(({ subject }, i) => owners[i] === subject).length;
      const calledTwice = calls.filter(({ line }) => line?.attempts === 2).length;
      function promise(kept: boolean, otherwise: string) {
        if (!kept) misses.push(`${scheme}, ${what}: ${otherwise}`);
      }
      promise(failed === 0, `${failed} of ${calls.length} requests failed`);
      promise(own === served.length, `${served.length - own} requests got a token that is not their own`);
      promise(ended >= calls.length, `only ${ended} connections ended before ${calls.length} requests`);
      promise(!eachTwice || calledTwice === calls.length, `${calledTwice} of ${calls.length} were called twice`);
      const slowestMs = Math.max(...calls.map(({ ms }) => ms));
      rows.push([scheme, what, ...[ended, calls.length, failed, own, calledTwice].map(toCount), toMs(slowestMs)]);
    }
    await mindset.close();
  }
  await around.close();
  watch.stop();
  return {
    title: "Kept-alive connections die while the instance sleeps",
    head: HEAD,
    rows,
    misses: [...misses, ...watch.leaks.slice(0, 1)],
  };
}

const HEAD = [
  "over",
  "the connections end by",
  "connections that ended",
  "requests after that",
  "failed",
  "got their own token",
  "second call needed",
  "slowest",
];
