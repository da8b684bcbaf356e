/** Edge (document): the fourth step: everything that can go wrong, to try. */
import type { TokenSource } from "../../token-source/index.ts";
import { createElement, querySelectorOrThrow } from "../element.ts";
import type { PageSettings } from "../local-protocol.ts";
import type { Session } from "../session.ts";
import { createReportView } from "../trial/report-view.ts";
import { startTrial } from "../trial/runner.ts";
import { needsFakeMindset, SITUATIONS, type Situation } from "../trial/situations.ts";

/** What the step needs. */
export interface FaultStep {
  session: Session;
  source: TokenSource;
  settings: PageSettings;
}

/** Brings the step to life. The real Mindset cannot be made to fail, so that it has fewer situations. */
export function addFaultStep({ session, source, settings }: FaultStep): void {
  const possible = SITUATIONS.filter((one) => settings.hasFakeMindset || !needsFakeMindset(one));
  querySelectorOrThrow("#situations").append(...possible.map((situation) => toItem(situation, { session, source })));
}

function toItem(situation: Situation, { session, source }: Omit<FaultStep, "settings">): HTMLElement {
  const view = createReportView(session.signIn);
  const button = createElement("button", { type: "button", ariaLabel: `Try: ${situation.title}` }, "Try");
  button.onclick = () => startTrial(view, situation, { session, call: source.getAuthToken });
  return createElement(
    "li",
    {},
    createElement("h3", {}, situation.title),
    createElement("p", {}, situation.description),
    button,
    view.root,
  );
}
