/** The ways in which Mindset fails, each as what a test does right before it asks. */
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultSettings } from "../../../local/mindset/faults/catalogue.ts";
import { breakNameResolution } from "./name-resolution.ts";
import type { World } from "./world.ts";

/** One way to fail. */
export interface Fault {
  name: string;
  /** Sets it for the request that follows; what it returns undoes what `World.reset()` does not. */
  begin(world: World): unknown;
  /** The instance's variables, where it needs other ones. */
  environment?(world: World): Record<string, string>;
  /** Values of the header `retry-after` to expect. @default - as the row says */
  retryAfter?: string[];
  /** @default - http and https in turns */
  scheme?: World["scheme"];
}

/** Mindset works. */
export const noFault: Fault = { name: "no fault", begin: () => {} };

/** A fault of the fake Mindset's own, in the words of `/__fault`. */
export function fault(name: string, settings?: Omit<FaultSettings, "fault">): Fault {
  return { name, begin: ({ mindset }) => mindset.faults.set({ fault: name, ...settings }) };
}

/** The same for the next request only. */
export function once(name: string): Fault {
  return fault(name, { times: 1 });
}

/** The same on a new connection instead of a kept-alive one. */
export function onNewConnection({ name, begin }: Fault): Fault {
  return {
    name: `${name} on a new connection`,
    begin: async (world) => {
      await dropConnections(world);
      return begin(world);
    },
  };
}

/** Nothing listens; once: until the first attempt is refused. */
export function refused({ once }: { once: boolean }): Fault {
  return {
    name: "connection refused",
    begin: async ({ mindset }) => {
      await mindset.close();
      await disconnected();
      const reopened = once ? refusedOnce(mindset.port).then(() => mindset.reopen()) : undefined;
      return () => reopened ?? mindset.reopen();
    },
  };
}

/** The name does not resolve. */
export function noSuchName({ once }: { once: boolean }): Fault {
  return {
    name: "DNS failure",
    environment: ({ scheme, mindset }) => ({
      MINDSET_API_HOST: `${scheme === "http" ? "http://" : ""}localhost:${mindset.port}`,
    }),
    begin: async (world) => {
      await dropConnections(world);
      return breakNameResolution(once ? 1 : undefined);
    },
  };
}

/** TLS handshakes are interrupted: the next ones, or all. */
export function brokenHandshake(times = Number.POSITIVE_INFINITY): Fault {
  return {
    name: "interrupted TLS handshake",
    scheme: "https",
    environment: ({ front }) => ({ MINDSET_API_HOST: `127.0.0.1:${front.port}` }),
    begin: async (world) => {
      await dropConnections(world);
      world.front.breakHandshakes(times);
    },
  };
}

/** A server answers that cannot prove to be Mindset. */
export function badCertificate(kind: keyof World["badCertificates"]): Fault {
  return {
    name: `certificate ${kind}`,
    scheme: "https",
    environment: ({ badCertificates }) => ({ MINDSET_API_HOST: badCertificates[kind] }),
    begin: () => {},
  };
}

/** A redirect to another server. */
export function redirect(status: number): Fault {
  return {
    name: `redirect-${status}`,
    begin: ({ mindset, elsewhere }) =>
      mindset.faults.set({ fault: `redirect-${status}`, location: `http://${elsewhere}/` }),
  };
}

/** 429 with this header, or until half a minute from now. */
export function limited(retryAfter: string | "in 30 s", expected: string[]): Fault {
  const value = () => (retryAfter === "in 30 s" ? new Date(Date.now() + 30_000).toUTCString() : retryAfter);
  return {
    name: `status-429, retry-after ${retryAfter}`,
    begin: ({ mindset }) => mindset.faults.set({ fault: "status-429", retryAfter: value() }),
    retryAfter: expected,
  };
}

/** A rejected key, while another one is stored. */
export function keyChanged(status: 401 | 403): Fault {
  return {
    name: `status-${status}, another key stored`,
    begin: ({ mindset, secretsManager, secretName }) => {
      mindset.setApiKeys(["sentinel-key-2"]);
      mindset.faults.set({ fault: `status-${status}`, times: 1 });
      secretsManager.setSecretString(secretName, "sentinel-key-2");
    },
  };
}

/** Until this process has been refused a connection to the port, over HTTP or HTTPS. */
function refusedOnce(port: number): Promise<void> {
  const { connect } = Socket.prototype;
  return new Promise((resolve) => {
    Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
      this.once("error", (error: { port?: number }) => {
        if (error.port !== port) return;
        Socket.prototype.connect = connect;
        resolve();
      });
      return connect.apply(this, args as never);
    } as typeof connect;
  });
}

async function dropConnections({ mindset }: World) {
  mindset.dropConnections();
  await disconnected();
}

/** Until this side has noticed that the connection is gone. */
function disconnected() {
  return sleep(10);
}
