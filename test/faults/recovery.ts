/** What follows an outage of Mindset, second by second; a second is as many requests as would come in it. */
import type { FakeMindset } from "../../local/mindset/server.ts";
import type { Invoke } from "../support/function.ts";
import type { Ask } from "./call.ts";

/** What {@link recover} needs. */
export interface Recovery {
  ask: Ask;
  instances: Invoke[];
  mindset: FakeMindset;
  perSecond: number;
  seconds: number;
}

/** Seconds after the outage, counted from 1; one more than were watched when it was never so. */
export interface Recovered {
  /** From then on every request succeeds, and with one call. */
  oneCallFrom: number;
  /** From then on a single 503 is retried, and the request succeeds. */
  retriedFrom: number;
}

/** After each second another instance meets one 503, after the last second all that are left: it costs them a retry. */
export async function recover({ ask, instances, mindset, perSecond, seconds }: Recovery): Promise<Recovered> {
  const recovered = { oneCallFrom: 1, retriedFrom: 1 };
  let turn = 0;
  for (let second = 1; second <= seconds; second++) {
    const asked = Array.from({ length: perSecond }, () => ask(instances[turn++ % instances.length] as Invoke));
    const normal = (await Promise.all(asked)).every(({ status, line }) => status === 200 && line?.attempts === 1);
    if (!normal) recovered.oneCallFrom = second + 1;

    const tried = instances.slice(second - 1, second < seconds ? second : undefined);
    mindset.faults.set({ fault: "status-503", times: tried.length });
    const retries = await Promise.all(tried.map((invoke) => ask(invoke)));
    if (!retries.every(({ status, line }) => status === 200 && line?.attempts === 2))
      recovered.retriedFrom = second + 1;
  }
  return recovered;
}
