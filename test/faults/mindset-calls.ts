/** Edge (network): the calls of Mindset, as its stand-in and the connections to it have seen them. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { FakeMindset } from "../../local/mindset/server.ts";

/** A watch that goes on until `stop()`. */
export interface CallWatch {
  /** Every call since this was asked before: those that arrived, and the connections that were refused. */
  take(): { calls: number; mostForOneUser: number };
  /** Has every call reset from now on that comes on a connection which has served one already. */
  resetReused(wanted: boolean): void;
  stop(): void;
}

/** Begins to watch a stand-in in this process. */
export function watchMindsetCalls({ port, requests }: FakeMindset): CallWatch {
  const used = new WeakSet<Socket>();
  let refused = 0;
  let resetsReused = false;
  function onRequest(message: unknown) {
    const { request } = message as { request: IncomingMessage };
    const { socket } = request;
    if (socket.localPort !== port) return;
    if (resetsReused && used.has(socket)) request.once("end", () => socket.resetAndDestroy());
    used.add(socket);
  }
  function onConnecting(message: unknown) {
    const { socket } = message as { socket: Socket };
    socket.once("error", (error: { syscall?: string; port?: number }) => {
      if (error.syscall === "connect" && error.port === port) refused += 1;
    });
  }
  subscribe("http.server.request.start", onRequest);
  subscribe("net.client.socket", onConnecting);
  return {
    take: () => {
      const ofUser = new Map<string, number>();
      for (const { body } of requests) ofUser.set(`${body}`, (ofUser.get(`${body}`) ?? 0) + 1);
      const calls = requests.length + refused;
      requests.length = 0;
      refused = 0;
      return { calls, mostForOneUser: Math.max(0, ...ofUser.values()) };
    },
    resetReused: (wanted) => {
      resetsReused = wanted;
    },
    stop: () => {
      unsubscribe("http.server.request.start", onRequest);
      unsubscribe("net.client.socket", onConnecting);
    },
  };
}
