/** Edge (network): an HTTPS agent that opens its first connection before the first request. */
import { Agent } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { ApiOrigin } from "../settings.ts";
import { TLS_OPTIONS } from "../tls.ts";

/**
 * For agents: how long a connection may be idle before it is closed. NAT gateways and load balancers drop idle
 * connections silently (AWS: after 350 s), and a request on such a connection would wait until it times out. A new
 * connection instead costs one round trip each for TCP and TLS 1.3, and about 1 ms of CPU.
 */
export const MAX_IDLE_MS = 60_000;

/** By the wall clock, because Node's timers do not run while Lambda has the instance frozen. */
export function isFresh(lastUsedAt: number): boolean {
  return Math.abs(Date.now() - lastUsedAt) < MAX_IDLE_MS;
}

/** Keeps connections alive. The TCP and TLS handshakes of the first one overlap with the rest of the cold start. */
export class PreconnectingAgent extends Agent {
  #preconnected: TLSSocket | undefined;
  readonly #preconnectedAt = Date.now();

  constructor({ hostname, port }: ApiOrigin) {
    super({ keepAlive: true, timeout: MAX_IDLE_MS, ...TLS_OPTIONS });
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
    if (preconnected && !preconnected.destroyed && isFresh(this.#preconnectedAt)) return preconnected.ref();
    preconnected?.destroy();
    return super.createConnection(...args);
  }
}
