/** Edge (time): one call of the token source while something goes wrong, and what was seen of it. */
import type { Observations } from "../local-protocol.ts";
import { changeControls, forgetObservations, readObservations } from "../local-server.ts";
import type { Session } from "../session.ts";
import type { Situation } from "./situations.ts";

/** What came of the call. */
export type Outcome = { value: unknown } | { error: unknown };

/** Everything there is to show. */
export interface Report {
  outcome: Outcome;
  durationMs: number;
  observations: Observations;
}

/**
 * Sets up a situation, makes the call, and puts everything back.
 *
 * @param options.showProgress told what is being waited for.
 */
export async function runTrial(
  { controls, whenExpired }: Situation,
  { session, call, showProgress }: TrialOptions,
): Promise<Report> {
  try {
    await changeControls(controls);
    if (whenExpired) {
      showProgress("Waiting for the access token to expire …");
      await session.getAccessToken({ refresh: true });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await changeControls(whenExpired);
    }
    await forgetObservations();
    showProgress("Calling the endpoint …");
    const startedAt = performance.now();
    const outcome = await outcomeOf(call());
    const durationMs = performance.now() - startedAt;
    return { outcome, durationMs, observations: await readObservations() };
  } finally {
    await changeControls({});
  }
}

/** What a trial needs. */
export interface TrialOptions {
  session: Session;
  call: () => Promise<unknown>;
  showProgress(text: string): void;
}

function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  return call.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
}
