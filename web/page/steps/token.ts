/** Edge (document): the second step: a token, and what was seen on its way. */
import type { TokenSource } from "../../token-source/index.ts";
import { querySelectorOrThrow } from "../element.ts";
import type { Session } from "../session.ts";
import { createReportView } from "../trial/report-view.ts";
import { startTrial } from "../trial/runner.ts";
import { ALL_IS_WELL } from "../trial/situations.ts";

/** Brings the step to life. */
export function addTokenStep({ session, source }: { session: Session; source: TokenSource }): void {
  const view = createReportView(session.signIn);
  querySelectorOrThrow("#token").append(view.root);
  querySelectorOrThrow("#get-token").onclick = () =>
    startTrial(view, ALL_IS_WELL, { session, call: source.getAuthToken });
}
