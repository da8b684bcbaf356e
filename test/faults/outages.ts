/** Outages of Mindset: whole ones of several kinds, and a partial one. */

import type { FaultSettings } from "../../local/mindset/faults/catalogue.ts";
import type { FakeMindset } from "../../local/mindset/server.ts";

/** How Mindset fails for a while. */
export interface Outage {
  what: string;
  begin(mindset: FakeMindset): unknown;
  /** Called before every request. @default - nothing */
  again?(mindset: FakeMindset): unknown;
  end(mindset: FakeMindset): unknown;
  /** Calls on connections that have served one before are reset. @default false */
  resetsReused?: boolean;
  /** Mindset still serves most requests. @default false */
  mostlyFine?: boolean;
}

const end: Outage["end"] = ({ faults }) => faults.clear();

function onlyOnNewConnections(what: string, settings: FaultSettings): Outage {
  return {
    what: `${what} on new connections, resets reused ones`,
    begin: ({ faults }) => faults.set(settings),
    end,
    resetsReused: true,
  };
}

/** All of them. */
export const OUTAGES: Outage[] = [
  { what: "503 always", begin: ({ faults }) => faults.set({ fault: "status-503" }), end },
  { what: "resets every connection", begin: ({ faults }) => faults.set({ fault: "reset" }), end },
  { what: "refuses every connection", begin: ({ close }) => close(), end: ({ reopen }) => reopen() },
  {
    what: "503 or a reset, at random",
    begin: () => {},
    again: ({ faults }) => faults.set({ fault: Math.random() < 0.5 ? "reset" : "status-503" }),
    end,
  },
  onlyOnNewConnections("503 with `retry-after: 120`", { fault: "status-503", retryAfter: "120" }),
  onlyOnNewConnections("429", { fault: "status-429" }),
  onlyOnNewConnections("401", { fault: "status-401" }),
  onlyOnNewConnections("HTML", { fault: "html" }),
  {
    what: "503 at random, to 5 % of the calls",
    begin: ({ faults }) => faults.set({ fault: "status-503", probability: 0.05 }),
    end,
    mostlyFine: true,
  },
];
