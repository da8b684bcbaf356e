/** Edge (document): the second step: a token, and what was seen on its way. */
import type { TokenSource } from "../token-source.ts";
import { find } from "./element.ts";
import { createReportView } from "./report-view.ts";
import type { Session } from "./session.ts";
import { ALL_IS_WELL } from "./situations.ts";
import { startTrial } from "./trial-runner.ts";

/** Brings the step to life. */
export const addTokenStep = ({ session, source }: { session: Session; source: TokenSource }): void => {
  const view = createReportView(session.signIn);
  find("#token").append(view.root);
  find("#get-token").onclick = () => startTrial(view, ALL_IS_WELL, { session, call: source.getAuthToken });
};
