/** Experiment: every fault of Mindset, many times over; is it answered as promised, at the promised cost, in time? */
import { BODY_ROWS } from "./body-rows.ts";
import { type Call, createAsk } from "./call.ts";
import { CONNECTION_ROWS } from "./connection-rows.ts";
import { type Findings, percentile, type Scale, toAlternatives, toMs } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import type { Row } from "./row.ts";
import { type Run, runRow } from "./row-runs.ts";
import { STATUS_ROWS } from "./status-rows.ts";
import { startWorld } from "./world.ts";

const ROWS = [...CONNECTION_ROWS, ...STATUS_ROWS, ...BODY_ROWS];
/** In short, both over HTTP and HTTPS, but for what waits before a second call. */
const RUNS = { short: ({ calls }: Row) => (calls === 2 ? 1 : 2), full: () => 20 };

/** Runs the rows one after another; the short form leaves out those that wait for seconds. */
export async function run(scale: Scale): Promise<Findings> {
  const worlds = { http: await startWorld("http"), https: await startWorld("https") };
  const watch = watchLog();
  const ask = createAsk(watch);
  const rows: string[][] = [];
  const misses: string[] = [];
  try {
    for (const row of ROWS.filter(({ sideBySide }) => scale === "full" || !sideBySide)) {
      const first = await runRow({ row, times: RUNS[scale](row), worlds, ask });
      // The machine may be busy with something else: a row that was late has a second chance, in a line of its own.
      const second =
        scale === "full" && isLate(row, first) ? await runRow({ row, times: RUNS.full(), worlds, ask }) : [];
      rows.push([...toCells(row, first), second.length > 0 ? "late, tried again" : ""]);
      if (second.length > 0) rows.push([...toCells(row, second), `second try${isLate(row, second) ? ", late" : ""}`]);
      misses.push(...new Set([...first, ...second].flatMap(({ problems }) => problems)));
      if (isLate(row, second)) misses.push(`${row.fault}: took longer than ${row.atMostMs} ms, twice`);
    }
  } finally {
    watch.stop();
    await Promise.all([worlds.http.close(), worlds.https.close()]);
  }
  const strays = worlds.http.strays() + worlds.https.strays();
  if (strays > 0) misses.push(`${strays} requests arrived at a server that should not get any`);
  if (watch.leaks.length > 0) misses.push(`a secret in the log or in an answer: ${watch.leaks[0]}`);
  return { title: "Mindset fails", head: HEAD, rows, misses };
}

const HEAD = ["Mindset", "answer", "in the log", "calls", "as promised", "at most", "in time", "median", "slowest", ""];

function isLate(row: Row, runs: Run[]): boolean {
  return !runs.every((run) => isInTime(row, run));
}

function isInTime({ atMostMs = Number.POSITIVE_INFINITY }: Row, { ms }: Run): boolean {
  return ms <= atMostMs;
}

function toCells(row: Row, runs: Run[]): string[] {
  const { fault, atMostMs, overBareClient } = row;
  const right = runs.filter(({ problems }) => problems.length === 0).length;
  const inTime = runs.filter((run) => isInTime(row, run)).length;
  const times = runs.map(({ ms }) => ms);
  function seen(show: (call: Call) => string) {
    return toAlternatives(runs.map(({ call }) => show(call)));
  }
  const bound = atMostMs === undefined ? "" : toMs(atMostMs);
  return [
    fault,
    seen(({ status, body }) => (body.code ? `${status} \`${body.code}\`` : `${status}`)),
    seen(({ line }) => (line?.code ? `\`${line.code}\`` : "")),
    seen(({ line }) => `${line?.attempts}`),
    `${right} of ${runs.length}`,
    overBareClient ? `upstream + ${bound}` : bound,
    atMostMs === undefined ? "" : `${inTime} of ${runs.length}`,
    toMs(percentile(times, 50)),
    toMs(percentile(times, 100)),
  ];
}
