/** Edge (document): shows a report: the result, the advice, and what was observed. */
import { createElement } from "../element.ts";
import type { Session } from "../session/session.ts";
import { toExchangeList, toRequestTable, toUserTable } from "./observations-view.ts";
import { asksToSignIn, type Report, toAdvice, toHeadline } from "./report-text.ts";

/** The place of one report. */
export interface ReportView {
  /** The element to add to the page. */
  root: HTMLElement;
  /** Shows that a trial is running, instead of the report before. */
  showProgress(text: string): void;
  show(report: Report): void;
  /** Shows why the trial itself failed. */
  showProblem(text: string): void;
}

/** Creates an empty place for a report. */
export function createReportView({ user, signIn }: Pick<Session, "user" | "signIn">): ReportView {
  const headline = createElement("p", { className: "headline", role: "status" });
  const details = createElement("div", { className: "details" });
  const root = createElement("div", { className: "report" }, headline, details);

  function say(mood: string, ...content: (Node | string)[]) {
    root.dataset.mood = mood;
    headline.replaceChildren(...content);
    details.replaceChildren();
  }
  function show(report: Report) {
    say("error" in report.outcome ? "bad" : "good", toHeadline(report));
    const { requests, exchanges, users } = report.observations;
    const advice = toAdvice(report, user !== undefined);
    if (advice) details.append(createElement("p", {}, createElement("strong", {}, "What a page should do: "), advice));
    if (asksToSignIn(report))
      details.append(createElement("button", { onclick: signIn }, user ? "Sign in again" : "Sign in"));
    if (requests.length > 0) details.append(toRequestTable(requests));
    if (exchanges.length > 0) details.append(toExchangeList(exchanges));
    if (users.length > 0) details.append(toUserTable(users));
  }
  return {
    root,
    show,
    showProgress: (text) => say("busy", text, createElement("progress", { ariaLabel: text })),
    showProblem: (text) => say("bad", text),
  };
}
