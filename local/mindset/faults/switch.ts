/** Edge (chance): which fault is in force, and for how many requests more. */

import { sendReply } from "../../http/reply.ts";
import type { FaultSettings } from "./catalogue.ts";
import type { Exchange } from "./hostile-responses.ts";
import { findFault, parseFaultSettings } from "./settings.ts";

/** The switch: at most one fault is in force. */
export interface FaultSwitch {
  /** The fault in force, with the `times` that are left. */
  current(): FaultSettings | undefined;
  /**
   * Puts a fault in force, in place of the one before.
   *
   * @param settings e.g. `{ fault: "status-503", times: 2, retryAfter: "120" }`.
   * @throws RangeError as `parseFaultSettings` does; the fault before then stays in force.
   */
  set(settings: FaultSettings): void;
  /** Back to normal. */
  clear(): void;
  /** Decides about one request: the fault that befalls it, if any. */
  take(): FaultSettings | undefined;
}

/** Makes the switch, with no fault in force. */
export function createFaultSwitch(): FaultSwitch {
  let current: FaultSettings | undefined;
  function count({ times, ...settings }: FaultSettings): FaultSettings | undefined {
    if (times === undefined) return settings;
    return times > 1 ? { ...settings, times: times - 1 } : undefined;
  }

  return {
    current: () => current,
    set: (settings) => {
      current = parseFaultSettings(settings);
    },
    clear: () => {
      current = undefined;
    },
    take: () => {
      const taken = current && Math.random() < (current.probability ?? 1) ? current : undefined;
      if (taken) current = count(taken);
      return taken;
    },
  };
}

/** Answers a request as the fault has it. */
export function answerWithFault(settings: FaultSettings, exchange: Exchange): unknown {
  return findFault(settings.fault)?.answer({
    ...exchange,
    settings,
    status: Number(settings.fault.slice(-3)),
    send: (reply) => sendReply(exchange.response, reply),
  });
}
