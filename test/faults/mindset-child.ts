/** Entry of a process of its own: the stand-in for Mindset, whose work and memory then are not those of the function. */
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type MindsetOptions, startMindset } from "../../local/mindset.ts";
import type { FaultSettings } from "../../local/mindset-faults.ts";

/** What the process is told first. */
export type Start = Omit<MindsetOptions, "port">;

/** What it is told then; every order is answered, with the number of connections that have ended so far, when it has been carried out. */
export type Order = { fault: FaultSettings | null } | { drop: "FIN" | "RST"; afterMs: number };

const sockets = new Set<Socket>();
let ended = 0;
subscribe("net.server.socket", (message) => {
  const { socket } = message as { socket: Socket };
  sockets.add(socket);
  socket.on("close", () => {
    sockets.delete(socket);
    ended += 1;
  });
});

const dropConnections = async (how: "FIN" | "RST") => {
  const closing = [...sockets].map((socket) => once(socket, "close"));
  for (const socket of sockets) {
    if (how === "FIN") socket.destroy();
    else socket.resetAndDestroy();
  }
  await Promise.all(closing);
};

const [start] = (await once(process, "message")) as [Start];
const mindset = await startMindset({ port: 0, ...start });
process.on("message", async (order: Order) => {
  if ("drop" in order) {
    await sleep(order.afterMs);
    await dropConnections(order.drop);
  } else if (order.fault) mindset.faults.set(order.fault);
  else mindset.faults.clear();
  process.send?.(ended);
});
process.on("disconnect", () => process.exit()); // whoever started it is gone
process.send?.(mindset.port);
