/** Edge (network): an HTTPS agent that opens its first connection before the first request. */
import { Agent } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { ApiOrigin } from "../settings.ts";

/** Keeps connections alive. The TCP and TLS handshakes of the first one overlap with the rest of the cold start. */
export class PreconnectingAgent extends Agent {
  #preconnected: TLSSocket | undefined;

  constructor({ hostname, port }: ApiOrigin) {
    super({ keepAlive: true });
    this.#preconnected = super.createConnection({
      ...this.options,
      host: hostname,
      port,
      servername: isIP(hostname) ? "" : hostname,
    }) as TLSSocket;
    this.#preconnected.on("error", () => {}); // the first request runs into the same error, and reports it
    this.#preconnected.unref(); // an unused connection must not keep a command-line process running
  }

  override createConnection(...args: Parameters<Agent["createConnection"]>): Duplex | null | undefined {
    const preconnected = this.#preconnected;
    this.#preconnected = undefined;
    return preconnected && !preconnected.destroyed ? preconnected.ref() : super.createConnection(...args);
  }
}
