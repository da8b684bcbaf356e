/** Edge (document): shows what came of a call: one sentence, what to do about it, and what was seen. */
import { createElement } from "../element.ts";
import { toExchangeList, toRequestTable } from "./observations-view.ts";
import { asksToSignIn, toAdvice, toHeadline } from "./report-text.ts";
import type { Report } from "./trial.ts";

/** The place of one report. */
export interface ReportView {
  /** The element to put into the page. */
  root: HTMLElement;
  /** Shows one sentence, which screen readers speak; nothing else is left. */
  say(text: string): void;
  show(report: Report): void;
}

/**
 * Makes a place for a report, empty.
 *
 * @param signIn what the button does that is there when signing in helps.
 */
export function createReportView(signIn: () => void): ReportView {
  const headline = createElement("p", { className: "headline", role: "status" });
  const details = createElement("div", { className: "details" });
  const root = createElement("div", { className: "report" }, headline, details);

  function say(text: string) {
    headline.textContent = text;
    root.dataset.mood = "";
    details.replaceChildren();
  }
  function show(report: Report) {
    say(toHeadline(report));
    root.dataset.mood = "error" in report.outcome ? "bad" : "good";
    const { requests, exchanges } = report.observations;
    const advice = toAdvice(report.outcome);
    if (advice) details.append(createElement("p", {}, createElement("strong", {}, "What a page should do: "), advice));
    if (asksToSignIn(report.outcome)) details.append(createElement("button", { onclick: signIn }, "Sign in again"));
    if (requests.length > 0) details.append(toRequestTable(requests));
    if (exchanges.length > 0) details.append(toExchangeList(exchanges));
  }
  return { root, say, show };
}
