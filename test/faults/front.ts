/** Forwards TCP connections to a local server, and breaks them in ways that a server cannot. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A front that is listening. */
export interface Front {
  port: number;
  /** Ends the next connections during the TLS handshake, with an alert. */
  breakHandshakes(times: number): void;
  /** Forwards nothing more on the open connections, without a word to either side, as a NAT gateway does. @returns how many. */
  dropSilently(): number;
  close(): Promise<void>;
}

const HANDSHAKE_FAILURE = Buffer.from("15030300020228", "hex"); // a fatal TLS alert

/** Starts a front of the server at this port. */
export async function startFront(target: number): Promise<Front> {
  const open = new Set<Socket>();
  let toBreak = 0;
  const server = createServer((client) => {
    client.on("error", () => {});
    if (toBreak > 0) {
      toBreak -= 1;
      client.once("data", () => client.end(HANDSHAKE_FAILURE));
      return;
    }
    const upstream = connect(target, "127.0.0.1").on("error", () => client.destroy());
    client.pipe(upstream).pipe(client);
    client.on("close", () => upstream.destroy());
    for (const socket of [client, upstream]) open.add(socket.on("close", () => open.delete(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    breakHandshakes: (times) => {
      toBreak = times;
    },
    dropSilently: () => {
      for (const socket of open) socket.unpipe().pause();
      return open.size / 2;
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
