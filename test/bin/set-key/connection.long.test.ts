import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { connect, type LookupFunction } from "node:net";
import { expect, test } from "@jest/globals";
import { connectionOptions } from "../../../bin/set-key/connection.ts";

/** Accepts no connection for 0.7 s. Once its queue is full, a connection attempt is repeated after a second. */
const BUSY_SERVER = `
  const server = require("node:http").createServer((request, response) => response.end());
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    process.stdout.write(String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
  });`;

test("set-key reaches a host that takes a second to connect, although its other address refuses", async () => {
  const slow = spawn(process.execPath, ["-e", BUSY_SERVER]);
  const port = Number(String(await once(slow.stdout, "data")));
  const fillers = [1, 2, 3, 4].map(() => connect(port, "127.0.0.1").on("error", () => {}));
  await Promise.all(fillers.slice(0, 2).map((filler) => once(filler, "connect"))); // now the queue is full
  const addresses = [
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ];
  const lookup = ((_host: string, _options: object, done: (error: null, all: typeof addresses) => void) =>
    done(null, addresses)) as LookupFunction;
  const outcome = await new Promise((resolve) => {
    const agent = new Agent({ ...connectionOptions({}), autoSelectFamily: true });
    const request = get(`http://host.example:${port}/`, { agent, lookup }, ({ statusCode }) => resolve(statusCode));
    request.on("error", resolve);
  });
  for (const filler of fillers) filler.destroy();
  slow.kill();
  expect(outcome).toBe(200);
});
