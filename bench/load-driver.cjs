/** Entry: one warm instance that is asked many things at once, which Lambda's Runtime API would not do. */
const { join } = require("node:path");

const { handler } = require(join(process.argv[2], "index.js"));
const context = { awsRequestId: "load", functionName: "load", getRemainingTimeInMillis: () => 15_000 };

const ask = async (event, latencies) => {
  const begin = performance.now();
  const { statusCode, body } = await handler(structuredClone(event), context);
  if (statusCode !== 200) throw new Error(`answered ${statusCode}: ${body}`);
  latencies.push(performance.now() - begin);
};

const run = async ({ event, requests, concurrency }) => {
  const latencies = [];
  let started = 0;
  const worker = async () => {
    while (started++ < requests) await ask(event, latencies);
  };
  globalThis.gc();
  const heapBefore = process.memoryUsage().heapUsed;
  const before = process.cpuUsage();
  const begin = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - begin) / 1_000;
  const { user, system } = process.cpuUsage(before);
  globalThis.gc();
  const heapAfter = process.memoryUsage().heapUsed - latencies.length * 8;
  return { latencies, seconds, cpuMs: (user + system) / 1_000, heapBefore, heapAfter };
};

process.on("message", async (order) => process.send(await run(order)));
process.on("disconnect", () => process.exit());
