/** Edge (document): step 2: gets a token, and shows the requests. */
import type { TokenSource } from "../../token-source/index.ts";
import { querySelectorOrThrow } from "../element.ts";
import type { Session } from "../session/session.ts";
import { createReportView } from "../trial/report-view.ts";
import { NO_FAULT } from "../trial/situations.ts";
import { startTrial } from "../trial/trial.ts";

/** Connects the step to the token source. */
export function addTokenStep({ session, source }: { session: Session; source: TokenSource }): void {
  const credentials = session.credentials.credentials ? 'credentials: "include"' : "getAccessToken";
  querySelectorOrThrow("#source-code").textContent = `const source = createTokenSource({ endpoint, ${credentials} });
const authToken = await source.getAuthToken();`;
  const view = createReportView(session);
  querySelectorOrThrow("#token").append(view.root);
  querySelectorOrThrow("#get-token").onclick = () =>
    startTrial(view, NO_FAULT, { session, call: () => source.getAuthToken() });
}
