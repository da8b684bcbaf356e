/** Edge (document): one trial at a time, and one report on the page. */
import type { ReportView } from "./report-view.ts";
import type { Situation } from "./situations.ts";
import { runTrial, type TrialOptions } from "./trial.ts";

/** Runs a trial and shows its report in place of the one before; does nothing while another runs. */
export async function startTrial(
  view: ReportView,
  situation: Situation,
  options: Omit<TrialOptions, "showProgress">,
): Promise<void> {
  if (document.body.ariaBusy === "true") return;
  document.body.ariaBusy = "true";
  shown?.say("");
  shown = view;
  try {
    view.show(await runTrial(situation, { ...options, showProgress: (text) => view.say(text) }));
  } catch (error) {
    view.say(String(error));
  } finally {
    document.body.ariaBusy = "false";
  }
}

let shown: ReportView | undefined;
