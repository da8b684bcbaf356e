/** Experiment: Mindset answers with far too much; how much of it is read, and how much memory does that take? */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { startSurroundings } from "../support/function.ts";
import { type Call, createAsk } from "./call.ts";
import { type Findings, type Scale, toAlternatives, toMs } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { collectGarbage, memoryInUse, toMegabytes } from "./memory.ts";
import { startMindsetProcess } from "./mindset-process.ts";
import { KEY } from "./world.ts";

const RUNS = { short: 1, full: 10 };
const MOST = { ms: 500, bytesRead: 256 * 1024, memory: 5 * 1024 * 1024 };
const A_WHILE_MS = 50;
const ANSWERS = {
  "200 MB of body": "huge-body",
  "a gzip bomb of 1 GB": "gzip-bomb",
  "20 KB of headers": "huge-headers",
};

/** Every such answer over HTTP and HTTPS, from another process: the memory here is the function's alone. */
export async function run(scale: Scale): Promise<Findings> {
  const around = await startSurroundings({ apiKey: KEY });
  const watch = watchLog();
  const ask = createAsk(watch);
  const mindsets = [await startMindsetProcess("http"), await startMindsetProcess("https")];
  const rows: string[][] = [];
  const misses: string[] = [];
  for (const [what, fault] of Object.entries(ANSWERS)) {
    const runs: Measured[] = [];
    for (const mindset of mindsets) {
      for (let i = 0; i < RUNS[scale]; i++) {
        await mindset.setFault(null);
        const invoke = await around.coldStart({ MINDSET_API_HOST: mindset.apiHost });
        await ask(invoke);
        await mindset.setFault({ fault });
        runs.push(await measure(() => ask(invoke)));
      }
    }
    const worst = worstOf(runs);
    const right = runs.filter(({ call }) => isRight(call)).length;
    rows.push([
      what,
      toAlternatives(runs.map(({ call: { status, body } }) => `${status} \`${body.code}\``)),
      toAlternatives(runs.map(({ call: { line } }) => `\`${line?.code}\``)),
      toAlternatives(runs.map(({ call: { line } }) => `${line?.attempts}`)),
      `${right} of ${runs.length}`,
      `${Math.ceil(worst.bytesRead / 1024)} KB`,
      `${runs.filter(({ leftOpen }) => leftOpen > 0).length}`,
      toMegabytes(worst.memory),
      toMs(worst.ms),
    ]);
    if (right < runs.length) misses.push(`${what}: ${runs.length - right} of ${runs.length} answered otherwise`);
    if (!(worst.bytesRead > 0)) misses.push(`${what}: the measurement of the bytes read does not work`);
    if (!(worst.bytesRead <= MOST.bytesRead)) misses.push(`${what}: ${worst.bytesRead} bytes read`);
    if (worst.leftOpen > 0) misses.push(`${what}: the connection is still open ${A_WHILE_MS} ms after the answer`);
    if (scale === "full" && !(worst.memory <= MOST.memory)) misses.push(`${what}: took ${toMegabytes(worst.memory)}`);
    if (scale === "full" && !(worst.ms <= MOST.ms)) misses.push(`${what}: took ${toMs(worst.ms)}`);
  }
  watch.stop();
  await Promise.all([...mindsets, around].map((server) => server.close()));
  return { title: "Mindset answers with too much", head: HEAD, rows, misses: [...misses, ...watch.leaks.slice(0, 1)] };
}

const HEAD = [
  "Mindset",
  "answer",
  "in the log",
  "calls",
  "as promised",
  `most read, until ${A_WHILE_MS} ms after the answer`,
  "connections left open",
  "most memory",
  "slowest",
];

interface Measured {
  call: Call;
  /** Until a while after the answer: what is drained then takes time and traffic all the same. */
  bytesRead: number;
  /** Connections that carried such an answer and are open after that. */
  leftOpen: number;
  memory: number;
}

/** Nothing is collected between the two looks at the memory, so that garbage counts too. */
async function measure(work: () => Promise<Call>): Promise<Measured> {
  const sockets = new Map<Socket, number>();
  function onRequest(message: unknown) {
    const { request } = message as { request: ClientRequest };
    if (request.socket) sockets.set(request.socket, request.socket.bytesRead);
  }
  collectGarbage();
  const before = memoryInUse();
  subscribe("http.client.request.start", onRequest);
  const call = await work();
  unsubscribe("http.client.request.start", onRequest);
  const memory = memoryInUse() - before;
  await sleep(A_WHILE_MS);
  const leftOpen = [...sockets.keys()].filter(({ destroyed }) => !destroyed).length;
  const bytesRead = [...sockets].reduce((sum, [socket, already]) => sum + socket.bytesRead - already, 0);
  return { call, bytesRead, leftOpen, memory };
}

function isRight({ status, body, line }: Call): boolean {
  return (
    status === 502 && body.code === "UPSTREAM_ERROR" && line?.code === "UPSTREAM_BAD_RESPONSE" && line.attempts === 1
  );
}

function worstOf(runs: Measured[]) {
  return {
    bytesRead: Math.max(...runs.map(({ bytesRead }) => bytesRead)),
    leftOpen: Math.max(...runs.map(({ leftOpen }) => leftOpen)),
    memory: Math.max(...runs.map(({ memory }) => memory)),
    ms: Math.max(...runs.map(({ call }) => call.ms)),
  };
}
