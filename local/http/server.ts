/** Edge (network): an HTTP or HTTPS server for this machine, which stops immediately. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { isForLocalHost } from "./caller.ts";
import { sendReply } from "./reply.ts";

/** Who can reach a server: this machine, or its network, which includes the containers of this machine. */
export type ListeningHost = "127.0.0.1" | "0.0.0.0";

/** Options of {@link startServer}. */
export interface ServerOptions {
  /** Where to listen. @default "127.0.0.1" */
  host?: ListeningHost;
  /** The port; 0 for any free port. */
  port: number;
  /** Handles one request. */
  listener: (request: IncomingMessage, response: ServerResponse) => unknown;
  /** Key and certificate, in PEM. @default - HTTP without TLS */
  tls?: { key: string; cert: string };
}

/** A server that is listening. */
export interface LocalServer {
  port: number;
  /** e.g. `http://localhost:3000`, without a trailing slash. */
  url: string;
  /** Stops listening and closes every connection, idle or busy. */
  close(): Promise<void>;
  /** Listens again on the same port after `close()`. */
  reopen(): Promise<void>;
  /** Closes every connection, and keeps listening. */
  dropConnections(): void;
}

/** Another program already listens on `port`. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
  readonly port: number;

  constructor(port: number) {
    super(`port ${port} is already in use`);
    this.port = port;
  }
}

/**
 * Starts a server. It refuses requests whose `Host` is not this machine with 403.
 *
 * @throws PortTakenError if another program listens on the port.
 */
export async function startServer({ host = "127.0.0.1", port, listener, tls }: ServerOptions): Promise<LocalServer> {
  const server = tls ? createHttpsServer(tls, toRequestListener(listener)) : createServer(toRequestListener(listener));
  async function open(wanted: number) {
    server.listen(wanted, host);
    await once(server, "listening").catch((error) => {
      throw error.code === "EADDRINUSE" ? new PortTakenError(wanted) : error;
    });
  }

  if (port !== 0 && (await isTaken(port))) throw new PortTakenError(port);
  await open(port);
  const chosenPort = (server.address() as AddressInfo).port;
  return {
    port: chosenPort,
    url: `${tls ? "https" : "http"}://localhost:${chosenPort}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    reopen: () => open(chosenPort),
    dropConnections: () => server.closeAllConnections(),
  };
}

/** Browsers also try ::1 for `localhost`, where another program may listen although 127.0.0.1 is free. */
async function isTaken(port: number): Promise<boolean> {
  return (await Promise.all(["127.0.0.1", "::1"].map((host) => isListening({ host, port })))).includes(true);
}

function isListening(address: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Reports the errors of a listener, except those of a client that disconnected during its request. */
function toRequestListener(listener: ServerOptions["listener"]): RequestListener {
  return async (request, response) => {
    if (!isForLocalHost(request.headers)) return sendReply(response, { status: 403, body: WRONG_HOST });
    try {
      await listener(request, response);
    } catch (error) {
      response.destroy();
      if (!request.errored) console.error(error);
    }
  };
}

const WRONG_HOST = { message: "This server answers to localhost, 127.0.0.1, [::1] and host.docker.internal only." };
