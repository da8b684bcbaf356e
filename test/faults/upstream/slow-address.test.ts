import dns from "node:dns";
import { connect } from "node:net";
import { Worker } from "node:worker_threads";
import { expect, test } from "@jest/globals";
import { createSecretReader } from "../../../lambda/token/api-key/secret.ts";
import { createCertificate, trust } from "../../support/servers/tls.ts";
import { createAsk } from "../ask.ts";
import { afterTest, startScenario } from "../scenario.ts";
import { pick, record, toMs } from "../size.ts";

const RUNS = pick({ quick: 1, full: 10 });
const REPLY = JSON.stringify({ authToken: "t-1", SecretString: "key-1" });

/** A TLS server on 127.0.0.1 that can lose the first SYN of each new connection: the next one comes after 1 s. */
async function startSlowServer() {
  const certificate = await createCertificate();
  trust(certificate.cert);
  const worker = new Worker(
    `const { createServer } = require("node:https");
    const { parentPort, workerData: { certificate, reply } } = require("node:worker_threads");
    const server = createServer(certificate, (_, response) => response.end(reply));
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => parentPort.postMessage(server.address().port));
    parentPort.on("message", () => {
      parentPort.postMessage("blocked");
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 850));
    });`,
    { eval: true, workerData: { certificate, reply: REPLY } },
  );
  afterTest(() => worker.terminate());
  const said = () => new Promise<unknown>((resolve) => worker.once("message", resolve));
  const port = Number(await said());
  return {
    port,
    /** Blocks the server, and fills its queue, so that the kernel drops what comes next. */
    loseSyns: async () => {
      worker.postMessage("block");
      await said();
      const queued = Array.from({ length: 3 }, () => connect(port, "127.0.0.1").on("error", () => {}));
      await Promise.all(queued.slice(0, 2).map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
      return () => queued.map((socket) => socket.destroy());
    },
  };
}

/** `localhost` has this IPv4 address, and an IPv6 address that does not respond. */
function resolveToBothFamilies() {
  const { lookup } = dns;
  const addresses = [
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 }, // nothing listens there
  ];
  dns.lookup = ((_name: string, _options: object, done: (error: null, found: object[]) => void) =>
    setImmediate(done, null, addresses)) as unknown as typeof lookup;
  afterTest(() => {
    dns.lookup = lookup;
  });
}

test("reaches Mindset and Secrets Manager in 1 s when one address is slow and the other does not respond", async () => {
  const { port, loseSyns } = await startSlowServer();
  const { coldStart } = await startScenario();
  const ask = createAsk();
  resolveToBothFamilies();
  const times = { mindset: [] as number[], secret: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    const release = await loseSyns();
    const began = performance.now();
    const invoke = await coldStart({ MINDSET_API_HOST: `localhost:${port}` });
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `https://localhost:${port}`;
    const secret = createSecretReader("key")().then(() => times.secret.push(performance.now() - began));
    const { status, line } = await ask(invoke);
    times.mindset.push(performance.now() - began);
    await secret;
    release();
    expect([status, line?.attempts]).toEqual([200, 1]);
  }
  record("An IPv4 address that takes 1 s to connect, and an IPv6 address that does not respond", {
    runs: RUNS,
    "slowest request": toMs(Math.max(...times.mindset)),
    "slowest read of the secret": toMs(Math.max(...times.secret)),
  });
  expect(Math.min(...times.mindset, ...times.secret)).toBeGreaterThan(500); // or no SYN was lost
});
