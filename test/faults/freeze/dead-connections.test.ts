import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { createAsk } from "../ask.ts";
import { startFront } from "../front.ts";
import { type MindsetProcess, startMindsetProcess } from "../mindset-process.ts";
import { startScenario } from "../scenario.ts";
import { pick, record, toMs } from "../size.ts";

const ROUNDS = pick({ quick: 1, full: 16 });
/** Requests at the same time, and so connections that die together. */
const BURST = 8;
const SLEEP_MS = 60_000;

let mindsets: Record<"http" | "https", MindsetProcess>;
beforeAll(async () => {
  mindsets = { http: await startMindsetProcess("http"), https: await startMindsetProcess("https") };
});
afterAll(() => Promise.all([mindsets.http.close(), mindsets.https.close()]));

/** Ends the connections; what it returns tells, after the next requests, how many have ended so far. */
type Die = (mindset: MindsetProcess) => Promise<() => Promise<number>>;

const DEATHS: { how: string; die: Die; eachTwice?: boolean }[] = [
  { how: "FIN, instance idle", die: dieIdle("FIN") },
  { how: "RST, instance idle", die: dieIdle("RST") },
  { how: "FIN, instance frozen", die: dieFrozen("FIN") },
  { how: "RST, instance frozen", die: dieFrozen("RST") },
  { how: "an unrequested answer, instance frozen", die: answerFrozen },
  { how: "reset, as the next request arrives", die: resetUnderRequest, eachTwice: true },
];

test.each(
  DEATHS.flatMap((death) => [
    { over: "http" as const, ...death },
    { over: "https" as const, ...death },
  ]),
)(
  "serves each user their own token after kept-alive connections ended: $over, $how",
  async ({ over, how, die, eachTwice = false }) => {
    const { coldStart } = await startScenario();
    const ask = createAsk();
    const mindset = mindsets[over];
    await (await mindset.dropConnections("FIN", 0)).done; // those of earlier tests
    const invoke = await coldStart({ MINDSET_API_HOST: mindset.apiHost });
    function askTogether() {
      return Promise.all(Array.from({ length: BURST }, () => ask(invoke)));
    }
    const calls = [];
    let ended = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await askTogether();
      const endedBefore = await mindset.setFault(null);
      const endedSoFar = await die(mindset);
      calls.push(...(await askTogether()));
      ended += (await endedSoFar()) - endedBefore;
    }
    const owners = await mindset.ownersOf(calls.map(({ body }) => String(body.authToken)));
    const calledTwice = calls.filter(({ line }) => line?.attempts === 2).length;
    record("Kept-alive connections end while the instance sleeps", {
      over,
      "the connections end by": how,
      "connections that ended": ended,
      "requests after that, all served": calls.length,
      "second call needed": calledTwice,
      slowest: toMs(Math.max(...calls.map(({ ms }) => ms))),
    });
    expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200));
    expect(owners).toEqual(calls.map(({ subject }) => subject));
    expect(ended).toBeGreaterThanOrEqual(calls.length);
    if (eachTwice) expect(calledTwice).toBe(calls.length);
  },
);

test("serves each user their own token after kept-alive connections were dropped silently while the instance slept", async () => {
  const { coldStart } = await startScenario();
  const ask = createAsk();
  const front = await startFront(Number(mindsets.https.apiHost.split(":")[1]));
  const invoke = await coldStart({ MINDSET_API_HOST: `127.0.0.1:${front.port}` });
  const askTogether = () => Promise.all(Array.from({ length: BURST }, () => ask(invoke)));
  const calls = [];
  let dropped = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    await askTogether();
    dropped += front.dropSilently();
    // Only the wall clock: Node's timers may stop in a frozen instance.
    const thawedAt = Date.now() + SLEEP_MS;
    const clock = jest.spyOn(Date, "now").mockReturnValue(thawedAt);
    calls.push(...(await askTogether()));
    clock.mockRestore();
  }
  await front.close();
  record("Kept-alive connections are dropped silently while the instance sleeps for 60 s", {
    "connections that were dropped": dropped,
    "requests after that, all served": calls.length,
    slowest: toMs(Math.max(...calls.map(({ ms }) => ms))),
  });
  expect(calls.map(({ status, line }) => [status, line?.attempts])).toEqual(calls.map(() => [200, 1]));
  expect(dropped).toBeGreaterThanOrEqual(calls.length);
});

function dieIdle(how: "FIN" | "RST"): Die {
  return async (mindset) => {
    const { done } = await mindset.dropConnections(how, 0);
    await done;
    await sleep(5);
    return () => done;
  };
}

function dieFrozen(how: "FIN" | "RST"): Die {
  return async (mindset) => {
    const { done } = await mindset.dropConnections(how, 20);
    freeze(80);
    return () => done;
  };
}

/** Taken for the answer to the next request, it would give away a stranger's token. */
async function answerFrozen(mindset: MindsetProcess) {
  const { done, isSaid } = await mindset.sayUnasked("a-strangers-token", 20);
  for (let ms = 0; ms < 5_000 && !isSaid(); ms += 20) freeze(20);
  freeze(20);
  return async () => {
    await done;
    return mindset.setFault(null);
  };
}

async function resetUnderRequest(mindset: MindsetProcess) {
  await mindset.setFault({ fault: "reset", times: BURST });
  return () => mindset.setFault(null);
}

/** Blocks this process, as Lambda's freeze does. */
function freeze(ms: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
