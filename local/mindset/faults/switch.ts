/** Edge (chance): the active fault, and how many more requests it affects. */

import { sendReply } from "../../http/reply.ts";
import type { FaultSettings } from "./catalogue.ts";
import type { Exchange } from "./hostile-responses.ts";
import { findFault, parseFaultSettings } from "./settings.ts";

/** Holds at most one active fault. */
export interface FaultSwitch {
  /** The active fault; `times` is what remains. */
  current(): FaultSettings | undefined;
  /**
   * Activates a fault instead of the one before.
   *
   * @param settings e.g. `{ fault: "status-503", times: 2, retryAfter: "120" }`.
   * @throws RangeError as `parseFaultSettings` does; the fault before then stays active.
   */
  set(settings: FaultSettings): void;
  /** Ends the fault. */
  clear(): void;
  /** Gives the fault for the next request, if any. */
  take(): FaultSettings | undefined;
}

/** Creates the switch without an active fault. */
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

/** Answers a request with a fault. */
export function answerWithFault(settings: FaultSettings, exchange: Exchange): unknown {
  return findFault(settings.fault)?.answer({
    ...exchange,
    settings,
    status: Number(settings.fault.slice(-3)),
    send: (reply) => sendReply(exchange.response, reply),
  });
}
