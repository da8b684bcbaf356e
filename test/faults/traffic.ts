/** So many requests to several instances at once, and what came of them. */
import type { Invoke } from "../support/function.ts";
import type { Ask } from "./call.ts";

/** What {@link askAll} needs. */
export interface Traffic {
  ask: Ask;
  instances: Invoke[];
  requests: number;
  /** Called before every request. @default - nothing */
  before?: () => unknown;
}

/** Requests at once in every instance. */
const LANES = 2;

/** Asks all instances, each as fast as it answers; calls are those of the log, NaN when one has no line. */
export async function askAll({ ask, instances, requests, before = () => {} }: Traffic) {
  const seen = { asked: 0, succeeded: 0, calls: 0, mostCalls: 0 };
  async function lane(invoke: Invoke) {
    while (seen.asked < requests) {
      seen.asked += 1;
      before();
      const { status, line } = await ask(invoke);
      const calls = Number(line?.attempts);
      seen.calls += calls;
      seen.mostCalls = Math.max(seen.mostCalls, calls);
      if (status === 200) seen.succeeded += 1;
    }
  }
  await Promise.all(instances.flatMap((invoke) => Array.from({ length: LANES }, () => lane(invoke))));
  return seen;
}
