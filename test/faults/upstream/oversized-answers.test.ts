import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createAsk } from "../ask.ts";
import { collectGarbage, memoryInUse, toMegabytes } from "../load/memory.ts";
import { type MindsetProcess, startMindsetProcess } from "../mindset-process.ts";
import { startScenario } from "../scenario.ts";
import { isFull, pick, record } from "../size.ts";

const RUNS = pick({ quick: 1, full: 10 });
const MOST = { bytesRead: 256 * 1024, memory: 5 * 1024 * 1024 };
/** After the answer: what is read then takes time and traffic all the same. */
const A_WHILE_MS = 50;

let mindsets: MindsetProcess[]; // separate processes, so that the memory here is the function's alone
beforeAll(async () => {
  mindsets = [await startMindsetProcess("http"), await startMindsetProcess("https")];
});
afterAll(() => Promise.all(mindsets.map((mindset) => mindset.close())));

test.each([
  { what: "200 MB of body", fault: "huge-body" },
  { what: "a gzip bomb of 1 GB", fault: "gzip-bomb" },
  { what: "20 KB of headers", fault: "huge-headers" },
])("reads little of an answer that is too large, and closes its connection: $what", async ({ what, fault }) => {
  const environment = await startScenario();
  const ask = createAsk();
  const worst = { bytesRead: 0, memory: 0 };
  for (const mindset of mindsets) {
    for (let i = 0; i < RUNS; i++) {
      await mindset.setFault(null);
      const invoke = await environment.coldStart({ MINDSET_API_HOST: mindset.apiHost });
      await ask(invoke);
      await mindset.setFault({ fault });
      const { call, bytesRead, leftOpen, memory } = await measure(() => ask(invoke));

      expect(call.line?.code).toBe("UPSTREAM_BAD_RESPONSE");
      expect(bytesRead).toBeGreaterThan(0);
      expect(leftOpen).toBe(0);
      worst.bytesRead = Math.max(worst.bytesRead, bytesRead);
      worst.memory = Math.max(worst.memory, memory);
    }
  }
  record("Mindset answers with too much", {
    Mindset: what,
    [`most read, until ${A_WHILE_MS} ms after the answer`]: `${Math.ceil(worst.bytesRead / 1024)} KB`,
    "most memory": toMegabytes(worst.memory),
  });
  expect(worst.bytesRead).toBeLessThanOrEqual(MOST.bytesRead);
  if (isFull) expect(worst.memory).toBeLessThanOrEqual(MOST.memory);
});

/** Nothing is collected between the two looks at the memory, so that garbage counts too. */
async function measure<T>(work: () => Promise<T>) {
  const sockets = new Map<Socket, number>();
  function onRequest(message: unknown) {
    const { socket } = (message as { request: ClientRequest }).request;
    if (socket) sockets.set(socket, socket.bytesRead);
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
