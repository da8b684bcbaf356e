/** Entry of a separate process: the fake Mindset, so that its work and memory are not counted as the function's. */
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultSettings } from "../../local/mindset/faults/catalogue.ts";
import { type MindsetOptions, startMindset } from "../../local/mindset/server.ts";

/** The first message that the process receives. */
export type Start = Omit<MindsetOptions, "port">;

/** Later messages; each is answered when it has been carried out. */
export type Order =
  | { fault: FaultSettings | null }
  | { drop: "FIN" | "RST"; afterMs: number }
  | { sayUnasked: string; afterMs: number; marker: string }
  | { ownersOf: string[] };

/** The answer to an order. */
export interface Report {
  /** Connections that have ended so far. */
  ended: number;
  /** Of the tokens that were asked about; empty for one that was never issued. */
  owners: string[];
}

const sockets = new Set<Socket>();
/** What requests came on: over HTTPS what encrypts, otherwise the connection itself. */
const talking = new Set<Socket>();
let ended = 0;
subscribe("net.server.socket", (message) => {
  const { socket } = message as { socket: Socket };
  sockets.add(socket);
  socket.on("close", () => {
    sockets.delete(socket);
    ended += 1;
  });
});

subscribe("http.server.request.start", (message) => {
  const { socket } = (message as { request: IncomingMessage }).request;
  if (talking.has(socket)) return;
  talking.add(socket);
  socket.once("close", () => talking.delete(socket));
});

/** Sends an answer on every connection although nothing was asked. */
async function sayUnasked(body: string) {
  const answer = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  await Promise.all([...talking].map((socket) => new Promise((resolve) => socket.write(answer, resolve))));
}

async function dropConnections(how: "FIN" | "RST") {
  const closing = [...sockets].map((socket) => once(socket, "close"));
  for (const socket of sockets) {
    if (how === "FIN") socket.destroy();
    else socket.resetAndDestroy();
  }
  await Promise.all(closing);
}

const [start] = (await once(process, "message")) as [Start];
const mindset = await startMindset({ port: 0, ...start });
process.on("message", async (order: Order) => {
  let owners: string[] = [];
  if ("drop" in order) {
    await sleep(order.afterMs);
    await dropConnections(order.drop);
  } else if ("sayUnasked" in order) {
    await sleep(order.afterMs);
    await sayUnasked(order.sayUnasked);
    writeFileSync(order.marker, "");
  } else if ("ownersOf" in order) owners = order.ownersOf.map((token) => mindset.tokens.get(token) ?? "");
  else if (order.fault) mindset.faults.set(order.fault);
  else mindset.faults.clear();
  process.send?.({ ended, owners } satisfies Report);
});
process.on("disconnect", () => process.exit()); // the parent has ended
process.send?.(mindset.port);
