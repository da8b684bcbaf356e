/** Edge (processes): starts the fake Mindset in a separate process, whose work and memory are not the function's. */
import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultSettings } from "../../local/mindset/faults/catalogue.ts";
import { createCertificate, trust } from "../support/servers/tls.ts";
import type { Order, Report, Start } from "./mindset-child.ts";
import { KEY } from "./scenario.ts";

/** The fake, as far as another process can reach it. */
export interface MindsetProcess {
  port: number;
  /** For the variable `MINDSET_API_HOST`. */
  apiHost: string;
  /** Sets a fault; null clears it. @returns how many connections have ended so far. */
  setFault(fault: FaultSettings | null): Promise<number>;
  /**
   * Has it end every connection after so many milliseconds, even while this process is blocked.
   *
   * @returns when the order has arrived; `done` when it is carried out, with how many have ended so far.
   */
  dropConnections(how: "FIN" | "RST", afterMs: number): Promise<{ done: Promise<number> }>;
  /**
   * Has it send an unrequested token on every connection after so many milliseconds.
   *
   * @returns the same; `isSaid` tells whether it has happened, also while this process is blocked.
   */
  sayUnasked(authToken: string, afterMs: number): Promise<{ done: Promise<number>; isSaid(): boolean }>;
  /** Whose the tokens are; empty for one that it never issued. */
  ownersOf(tokens: string[]): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts it; over HTTPS this process trusts its certificate from then on. */
export async function startMindsetProcess(scheme: "http" | "https"): Promise<MindsetProcess> {
  const folder = mkdtempSync(join(tmpdir(), "mindset-"));
  const child = fork(join(import.meta.dirname, "mindset-child.ts"));
  async function send(message: Start | Order) {
    const answered = once(child, "message").then(([answer]) => answer);
    await new Promise((resolve) => child.send(message, resolve));
    return { answered };
  }
  async function order(order: Order) {
    const { answered } = await send(order);
    return { done: answered.then(({ ended }: Report) => ended) };
  }
  const tls = scheme === "https" ? await createCertificate() : undefined;
  if (tls) trust(tls.cert);
  const { answered: started } = await send({ appUid: "test-app", apiKeys: [KEY], tls });
  const port: number = await started;
  return {
    port,
    apiHost: `${tls ? "" : "http://"}127.0.0.1:${port}`,
    setFault: async (fault) => (await order({ fault })).done,
    dropConnections: (drop, afterMs) => order({ drop, afterMs }),
    sayUnasked: async (authToken, afterMs) => {
      const marker = join(folder, randomUUID());
      const { done } = await order({ sayUnasked: JSON.stringify({ authToken }), afterMs, marker });
      return { done, isSaid: () => existsSync(marker) };
    },
    ownersOf: async (tokens) => {
      const { answered } = await send({ ownersOf: tokens });
      return ((await answered) as Report).owners;
    },
    close: async () => {
      const exited = once(child, "exit");
      child.kill();
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}
