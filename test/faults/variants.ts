/** The ways to be faulty: what an experiment does to the world right before it asks. */
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultSettings } from "../../local/mindset/faults/catalogue.ts";
import { breakNameResolution } from "./name-resolution.ts";
import type { World } from "./world.ts";

/** One fault of a row. */
export interface Variant {
  name: string;
  /** Puts it in force for the request that follows at once; what it returns takes back what `reset()` does not. */
  begin(world: World): unknown;
  /** The instance's variables, where it needs other ones. */
  environment?(world: World): Record<string, string>;
  /** The header `retry-after` must be one of these. @default - as the row says */
  retryAfter?: string[];
  /** @default - http and https in turns */
  scheme?: World["scheme"];
}

/** Nothing. */
export const noFault: Variant = { name: "no fault", begin: () => {} };

/** A fault of the stand-in's own, in the words of `/__fault`. */
export function fault(settings: FaultSettings | string): Variant {
  const wanted = typeof settings === "string" ? { fault: settings } : settings;
  return { name: wanted.fault, begin: ({ mindset }) => mindset.faults.set(wanted) };
}

/** The same for the next request only. */
export function once(name: string): Variant {
  return fault({ fault: name, times: 1 });
}

/** The same, met on a new connection instead of a kept-alive one. */
export function onNewConnection(variant: Variant): Variant {
  return {
    ...variant,
    name: `${variant.name} on a new connection`,
    begin: async (world) => {
      await dropConnections(world);
      return variant.begin(world);
    },
  };
}

/** Nobody listens; once: again after 50 ms, before the second attempt. */
export function refused({ once }: { once: boolean }): Variant {
  return {
    name: "connection refused",
    begin: async ({ mindset }) => {
      await mindset.close();
      await A_MOMENT();
      const reopened = once ? sleep(50).then(() => mindset.reopen()) : undefined;
      return () => reopened ?? mindset.reopen();
    },
  };
}

/** The name does not resolve. */
export function noSuchName({ once }: { once: boolean }): Variant {
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

/** Somebody answers who cannot prove to be Mindset. */
export function badCertificate(kind: keyof World["badCertificates"]): Variant {
  return {
    name: `certificate ${kind}`,
    scheme: "https",
    environment: ({ badCertificates }) => ({ MINDSET_API_HOST: badCertificates[kind] }),
    begin: () => {},
  };
}

/** A redirect to another server. */
export function redirect(status: number): Variant {
  return {
    name: `redirect-${status}`,
    begin: ({ mindset, elsewhere }) =>
      mindset.faults.set({ fault: `redirect-${status}`, location: `http://${elsewhere}/` }),
  };
}

/** A refused key, and another one stored meanwhile. */
export function keyChanged(status: 401 | 403): Variant {
  return {
    name: `status-${status}, another key stored`,
    begin: ({ mindset, secretsManager, secretName }) => {
      mindset.setApiKeys(["sentinel-key-2"]);
      mindset.faults.set({ fault: `status-${status}`, times: 1 });
      secretsManager.setSecretString(secretName, "sentinel-key-2");
    },
  };
}

async function dropConnections({ mindset }: World) {
  mindset.dropConnections();
  await A_MOMENT();
}

/** Until the other side has noticed that a connection is gone. */
function A_MOMENT() {
  return sleep(10);
}
