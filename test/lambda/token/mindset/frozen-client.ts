/** Worker: two exchanges with Mindset, and between them a pause in which nothing at all runs, as when Lambda sleeps. */
import { parentPort, workerData } from "node:worker_threads";
import { openMindsetConnection } from "../../../../lambda/token/mindset/connection.ts";

const { port, request } = workerData;
const connection = openMindsetConnection({ protocol: "http:", hostname: "127.0.0.1", port });
async function token() {
  return JSON.parse((await connection.exchange(request, 2_000)).body.toString()).authToken;
}

const first = await token();
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
parentPort?.postMessage([first, await token()]);
