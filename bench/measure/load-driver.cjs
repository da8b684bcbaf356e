/** Entry: one warm instance with concurrent requests, which Lambda's Runtime API does not send. */
const { join } = require("node:path");

const { handler } = require(join(process.argv[2], "index.js"));
const context = { awsRequestId: "load", functionName: "load", getRemainingTimeInMillis: () => 15_000 };

/** @throws Error unless the answer is the user's own token. */
const ask = async (template, number, latencies) => {
  const user = `user-${number}`;
  const event = structuredClone(template);
  event.pathParameters.currentUserId = user;
  event.requestContext.authorizer.jwt.claims.sub = user;
  const begin = performance.now();
  const { statusCode, body } = await handler(event, context);
  latencies.push(performance.now() - begin);
  if (statusCode !== 200 || body !== `{"authToken":"token-of-${user}"}`) {
    throw new Error(`answered ${user} ${statusCode}: ${body}`);
  }
};

const run = async ({ event, firstUser, requests, concurrency }) => {
  const latencies = [];
  let started = 0;
  const worker = async () => {
    while (started < requests) await ask(event, firstUser + started++, latencies);
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

// A failure ends the process with the reason on stderr.
process.on("message", async (order) => process.send(await run(order)));
process.on("disconnect", () => process.exit());
