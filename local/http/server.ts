/** Edge (network): an HTTP or HTTPS server for this machine alone, unless told otherwise, that stops at once when told to. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";

/** Who can reach a server: this machine alone, or everybody on its network (containers of this machine too). */
export type ListeningHost = "127.0.0.1" | "0.0.0.0";

/** What {@link startServer} needs. */
export interface ServerOptions {
  /** Where to listen. @default "127.0.0.1" */
  host?: ListeningHost;
  /** The port, or 0 for any free one. */
  port: number;
  /** Answers one request. */
  listener: (request: IncomingMessage, response: ServerResponse) => unknown;
  /** Key and certificate, in PEM. @default - plain HTTP */
  tls?: { key: string; cert: string };
}

/** A server that is listening. */
export interface LocalServer {
  port: number;
  /** e.g. `http://localhost:3000`, without a slash at the end. */
  url: string;
  /** Stops listening and ends every connection, kept-alive or busy. */
  close(): Promise<void>;
  /** Listens again on the same port after `close()`. */
  reopen(): Promise<void>;
  /** Ends every connection, and goes on listening. */
  dropConnections(): void;
}

/** Another program listens where a server should start; `port` says where. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
  readonly port: number;

  constructor(port: number) {
    super(`port ${port} is already in use`);
    this.port = port;
  }
}

/**
 * Starts a server.
 *
 * @throws PortTakenError when another program answers there.
 */
export async function startServer({ host = "127.0.0.1", port, listener, tls }: ServerOptions): Promise<LocalServer> {
  const server = tls ? createHttpsServer(tls, survive(listener)) : createServer(survive(listener));
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

/** To a browser `localhost` is ::1 as well, where another program can listen although 127.0.0.1 is free. */
async function isTaken(port: number): Promise<boolean> {
  return (await Promise.all(["127.0.0.1", "::1"].map((host) => somebodyAnswers({ host, port })))).includes(true);
}

function somebodyAnswers(address: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** A caller who hangs up in the middle of a request is nothing to report; any other failure is. */
function survive(listener: ServerOptions["listener"]): RequestListener {
  return async (request, response) => {
    try {
      await listener(request, response);
    } catch (error) {
      response.destroy();
      if (!request.errored) console.error(error);
    }
  };
}
