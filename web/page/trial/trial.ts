/** Edge (time, document): runs one trial at a time: a call of the token source under a fault, and what was observed. */
import { changeControls, clearObservations, readObservations } from "../local-server.ts";
import type { Session } from "../session/session.ts";
import type { Outcome, Report } from "./report-text.ts";
import type { ReportView } from "./report-view.ts";
import type { Situation } from "./situations.ts";

/** What a trial needs. */
export interface TrialOptions {
  session: Session;
  call: () => Promise<unknown>;
}

/** Runs a trial and shows its report; every button is disabled until it ends. */
export async function startTrial(view: ReportView, situation: Situation, options: TrialOptions): Promise<void> {
  const pressed = document.activeElement;
  setBusy(true);
  try {
    view.show(await runTrial(view, situation, options));
  } catch (error) {
    view.showProblem(String(error));
  } finally {
    setBusy(false);
    if (pressed instanceof HTMLElement) pressed.focus(); // a disabled button loses the focus
  }
}

function setBusy(isBusy: boolean): void {
  document.body.ariaBusy = String(isBusy);
  for (const button of document.querySelectorAll("button")) button.disabled = isBusy;
}

/** Sets the faults, makes the call, and ends the faults. */
async function runTrial(
  view: ReportView,
  { controls, whenExpired }: Situation,
  { session, call }: TrialOptions,
): Promise<Report> {
  try {
    await changeControls(controls);
    if (whenExpired) {
      view.showProgress("Waiting for the access token to expire …");
      await session.refresh();
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await changeControls(whenExpired);
    }
    await clearObservations();
    view.showProgress("Calling the endpoint …");
    const startedAt = performance.now();
    const outcome = await outcomeOf(call());
    const durationMs = performance.now() - startedAt;
    return { outcome, durationMs, observations: await readObservations() };
  } finally {
    await changeControls({});
  }
}

function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  return call.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
}
