import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Ask, type Call, createAsk } from "../ask.ts";
import { createBareClient } from "../load/bare-client.ts";
import { KEY } from "../scenario.ts";
import { isFull, pick, record, toAlternatives, toMs } from "../size.ts";
import type { Fault } from "./faults.ts";
import { ROWS, type Row } from "./rows.ts";
import { startWorld, type World } from "./world.ts";

/** Of each fault. */
const RUNS = pick({ quick: 2, full: 20 });
/** Runs that go side by side where one takes seconds. */
const SIDE_BY_SIDE = 10;
/** What a machine that is busy with other tests may take longer. */
const SLACK_MS = pick({ quick: 2_000, full: 0 });

let worlds: Record<World["scheme"], World>;
beforeAll(async () => {
  worlds = { http: await startWorld("http"), https: await startWorld("https") };
});
afterAll(async () => {
  const strays = worlds.http.strays() + worlds.https.strays();
  await Promise.all([worlds.http.close(), worlds.https.close()]);
  expect(strays).toBe(0);
});

test.each(ROWS.filter(({ isSlow }) => isFull || !isSlow))("$mindset: the caller gets $status", async (row) => {
  const ask = createAsk();
  let runs = await runRow(row, ask);
  if (isFull && slowestOf(runs) > row.atMostMs) runs = await runRow(row, ask); // the machine may have been busy
  record("Mindset fails", {
    Mindset: row.mindset,
    "the caller gets": toAlternatives(runs.map(({ call: { status, body } }) => [status, code(body.code)].join(" "))),
    "code in the log": toAlternatives(runs.map(({ call: { line } }) => code(line?.code))),
    calls: toAlternatives(runs.map(({ call: { line } }) => `${line?.attempts}`)),
    "as specified": `${runs.length} of ${runs.length}`,
    slowest: toMs(slowestOf(runs)),
    "at most": `${row.overBareClient ? "upstream + " : ""}${toMs(row.atMostMs)}`,
  });
  expect(slowestOf(runs)).toBeLessThanOrEqual(row.atMostMs + SLACK_MS);
});

interface Run {
  call: Call;
  /** Milliseconds inside the handler; where the row says so, minus those that a bare client took. */
  ms: number;
}

function slowestOf(runs: Run[]): number {
  return Math.max(...runs.map(({ ms }) => ms));
}

function code(name: unknown): string {
  return name ? `\`${name}\`` : "";
}

/** Runs each fault of the row, over HTTP and HTTPS in turns. */
async function runRow(row: Row, ask: Ask): Promise<Run[]> {
  const runs: Run[] = [];
  for (const [f, fault] of row.faults.entries()) {
    const count = row.isSlow ? SIDE_BY_SIDE : 1;
    for (let turn = 0; turn < RUNS / count; turn++) {
      const scheme = fault.scheme ?? ((f + turn) % 2 === 0 ? "http" : "https");
      runs.push(...(await runTogether({ row, fault, ask, world: worlds[scheme], count })));
      if (!isFull && row.calls === 2) return runs; // a retry waits up to 300 ms
    }
  }
  return runs;
}

interface Together {
  row: Row;
  fault: Fault;
  ask: Ask;
  world: World;
  count: number;
}

/** So many new instances that are warm, the fault, and one request to each of them. */
async function runTogether({ row, fault, ask, world, count }: Together): Promise<Run[]> {
  const instances = [];
  for (let i = 0; i < count; i++) {
    const invoke = await world.coldStart(fault.environment?.(world));
    await ask(invoke);
    instances.push(invoke);
  }
  const readsBefore = world.secretsManager.reads();
  const undo = await fault.begin(world);
  const bareMs = row.overBareClient ? await bareMsIn(world) : 0;
  const calls = await Promise.all(instances.map((invoke) => ask(invoke, row)));
  if (typeof undo === "function") await undo();
  for (const call of calls) check({ row, fault, call, world });
  expect(world.secretsManager.reads() - readsBefore).toBe(count * (row.secretReads ?? 0));
  world.reset();
  return calls.map((call) => ({ call, ms: call.ms - bareMs }));
}

/** A bare client's second call, over an open connection like the function's. */
async function bareMsIn({ scheme, mindset }: World): Promise<number> {
  const bareCall = createBareClient({ scheme, port: mindset.port, apiKey: KEY });
  await bareCall();
  return bareCall();
}

function check({ row, fault, call, world }: { row: Row; fault: Fault; call: Call; world: World }) {
  const { requests, tokens } = world.mindset;
  const { subject, status, body, line, retryAfter } = call;
  const isServed = row.status === 200;
  expect({
    fault: fault.name,
    status,
    fields: Object.keys(body),
    publicCode: body.code,
    tokenOwner: tokens.get(String(body.authToken)),
    logCode: line?.code,
    logLevel: line?.level,
    calls: line?.attempts,
    arrivals: requests.filter(({ body }) => body.includes(`"${subject}"`)).length,
  }).toEqual({
    fault: fault.name,
    status: row.status,
    fields: isServed ? ["authToken"] : ["code", "message", "requestId", "retryable"],
    publicCode: row.publicCode,
    tokenOwner: isServed ? subject : undefined,
    logCode: row.logCode,
    logLevel: row.logLevel ?? (isServed ? "INFO" : "ERROR"),
    calls: row.calls,
    arrivals: row.arrivals ?? row.calls,
  });
  expect(fault.retryAfter ?? [row.retryAfter]).toContain(retryAfter);
}
