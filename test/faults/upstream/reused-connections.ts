/** Edge (network): resets every call that comes on a connection which has served one already. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/** Begins with the connections of a fake in this process, until `stop()`; each serves its next call, and no more. */
export function resetReusedConnections({ port }: { port: number }): { stop(): void } {
  const used = new WeakSet<Socket>();
  function onRequest(message: unknown) {
    const { request } = message as { request: IncomingMessage };
    const { socket } = request;
    if (socket.localPort !== port) return;
    if (used.has(socket)) request.once("end", () => socket.resetAndDestroy());
    used.add(socket);
  }
  subscribe("http.server.request.start", onRequest);
  return { stop: () => void unsubscribe("http.server.request.start", onRequest) };
}
