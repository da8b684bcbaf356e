/** Edge (network): an HTTPS agent whose first connection is opened before anybody asks for one. */
import { Agent } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { ApiOrigin } from "../settings.ts";

/** Keeps connections alive; TCP and TLS of the first one overlap with whatever the function does meanwhile. */
export class PreparedAgent extends Agent {
  #prepared: TLSSocket | undefined;

  constructor({ hostname, port }: ApiOrigin) {
    super({ keepAlive: true });
    this.#prepared = super.createConnection({
      ...this.options,
      host: hostname,
      port,
      servername: isIP(hostname) ? "" : hostname,
    }) as TLSSocket;
    this.#prepared.on("error", () => {}); // the request that would have used it meets the same trouble, and reports it
    this.#prepared.unref();
  }

  override createConnection(...args: Parameters<Agent["createConnection"]>): Duplex | null | undefined {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    return prepared && !prepared.destroyed ? prepared.ref() : super.createConnection(...args);
  }
}
