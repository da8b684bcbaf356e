/** Edge (processes): starts the stand-in for Mindset in a process of its own, and tells it what to do. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { FaultSettings } from "../../local/mindset-faults.ts";
import { createCertificate, trust } from "../support/tls.ts";
import type { Order, Start } from "./mindset-child.ts";
import { KEY } from "./world.ts";

/** The stand-in, as far as another process can reach it. */
export interface MindsetProcess {
  port: number;
  /** For the variable `MINDSET_API_HOST`. */
  apiHost: string;
  /** Puts a fault in force; null is none. @returns how many connections have ended so far. */
  setFault(fault: FaultSettings | null): Promise<number>;
  /**
   * Has it end every connection after so many milliseconds, whatever this process does meanwhile.
   *
   * @returns when it has been told; `done` when it has happened, with how many have ended so far.
   */
  dropConnections(how: "FIN" | "RST", afterMs: number): Promise<{ done: Promise<number> }>;
  close(): Promise<void>;
}

/** Starts it; over HTTPS this process trusts its certificate from then on. */
export const startMindsetProcess = async (scheme: "http" | "https"): Promise<MindsetProcess> => {
  const child = fork(join(import.meta.dirname, "mindset-child.ts"));
  const tell = async (message: Start | Order) => {
    const done = once(child, "message").then(([answer]: number[]) => answer as number);
    await new Promise((resolve) => child.send(message, resolve));
    return { done };
  };
  const tls = scheme === "https" ? await createCertificate() : undefined;
  if (tls) trust(tls.cert);
  const { done: started } = await tell({ appUid: "test-app", apiKeys: [KEY], ...(tls && { tls }) });
  const port = await started;
  return {
    port,
    apiHost: `${tls ? "" : "http://"}127.0.0.1:${port}`,
    setFault: async (fault) => {
      const { done } = await tell({ fault });
      return done;
    },
    dropConnections: (drop, afterMs) => tell({ drop, afterMs }),
    close: async () => {
      const exited = once(child, "exit");
      child.kill();
      await exited;
    },
  };
};
