/** Edge (document): step 4: lists the faults to try. */
import type { TokenSource } from "../../token-source/index.ts";
import { createElement, querySelectorOrThrow } from "../element.ts";
import type { PageSettings } from "../local-protocol.ts";
import type { Session } from "../session/session.ts";
import { createReportView } from "../trial/report-view.ts";
import { type Situation, toSituations } from "../trial/situations.ts";
import { startTrial } from "../trial/trial.ts";

/** What the step needs. */
export interface FaultStep {
  session: Session;
  source: TokenSource;
  settings: PageSettings;
}

/** Adds the list. */
export function addFaultStep({ session, source, settings }: FaultStep): void {
  const items = toSituations(settings).map((situation) => toItem(situation, { session, source }));
  querySelectorOrThrow("#situations").append(...items);
}

function toItem(situation: Situation, { session, source }: Omit<FaultStep, "settings">): HTMLElement {
  const view = createReportView(session);
  const button = createElement("button", { type: "button", ariaLabel: `Try: ${situation.title}` }, "Try");
  button.onclick = () => startTrial(view, situation, { session, call: () => source.getAuthToken() });
  return createElement(
    "li",
    {},
    createElement("h3", {}, situation.title),
    createElement("p", {}, situation.description),
    button,
    view.root,
  );
}
