/** Experiment: requests of many users at once in one instance; does everybody get their own token, and no other? */
import { startSurroundings } from "../support/function.ts";
import { type Call, createAsk } from "./call.ts";
import { type Findings, type Scale, toCount } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { KEY } from "./world.ts";

const REQUESTS = { short: 500, full: 5_000 };
const AT_ONCE = 64;

/** Mindset takes its time with half of them, at random, so that they overtake each other. */
export const run = async (scale: Scale): Promise<Findings> => {
  const around = await startSurroundings({ apiKey: KEY });
  const invoke = await around.coldStart();
  const watch = watchLog();
  const ask = createAsk(watch);
  const calls: Call[] = [];
  let begun = 0;
  const lane = async () => {
    while (begun < REQUESTS[scale]) {
      begun += 1;
      around.mindset.faults.set({ fault: "delay", probability: 0.5, ms: Math.ceil(Math.random() * 20) });
      calls.push(await ask(invoke));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  watch.stop();
  await around.close();

  const ownerOf = ({ body }: Call) => around.mindset.tokens.get(String(body.authToken));
  const own = calls.filter((call) => call.status === 200 && ownerOf(call) === call.subject).length;
  const logged = calls.filter(({ line }) => line?.outcome === "issued").length;
  const subjects = new Set(calls.map(({ line }) => line?.subjectHash)).size;
  const counts = [own, logged, subjects];
  return {
    title: `Many users at once, ${AT_ONCE} requests at a time in one instance`,
    head: ["users", "got their own token", "log lines of their own", "hashes of a subject in them"],
    rows: [[calls.length, ...counts].map(toCount)],
    misses: [
      ...(counts.every((count) => count === calls.length) ? [] : ["somebody got another's token or log line, or none"]),
      ...watch.leaks.slice(0, 1),
    ],
  };
};
