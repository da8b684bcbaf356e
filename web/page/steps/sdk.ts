/** Edge (document): step 3: lets Mindset's SDK, or the fake one, call the token source. */
import type { TokenSource } from "../../token-source/index.ts";
import { createElement, querySelectorOrThrow } from "../element.ts";
import type { PageSettings } from "../local-protocol.ts";
import type { Session } from "../session/session.ts";
import { createReportView } from "../trial/report-view.ts";
import { NO_FAULT } from "../trial/situations.ts";
import { startTrial } from "../trial/trial.ts";
import { getMindset } from "./mindset-sdk.ts";

/** What the step needs. */
export interface SdkStep {
  session: Session;
  source: TokenSource;
  settings: PageSettings;
}

/** Connects the step to the token source. */
export function addSdkStep({ session, source, settings }: SdkStep): void {
  const view = createReportView(session);
  querySelectorOrThrow("#sdk").append(view.root);
  function addButton(selector: string, name: "getAuthToken" | "fetchAuthentication", callback: TokenCallback) {
    function call() {
      return initSdk(settings, { name, callback });
    }
    querySelectorOrThrow(selector).onclick = () => startTrial(view, NO_FAULT, { session, call });
  }
  addButton("#sdk-2", "getAuthToken", source.getAuthToken);
  addButton("#sdk-3", "fetchAuthentication", source.fetchAuthentication);
  addButton("#sdk-3-object", "fetchAuthentication", source.fetchAuthenticationObject);
  if (settings.sdkUrl) showAgent(settings);
}

type TokenCallback = () => Promise<string | { token: string }>;

/** @returns what the SDK got when it first asked for a token. */
function initSdk(
  settings: PageSettings,
  { name, callback }: { name: string; callback: TokenCallback },
): Promise<string | { token: string }> {
  return new Promise((resolve, reject) => {
    function watched() {
      const answer = callback();
      answer.then(resolve, reject);
      return answer;
    }
    setTimeout(() => reject(new Error("The SDK did not ask for a token within 20 seconds")), 20_000);
    getMindset(settings, greet)
      .then((mindset) => mindset.init({ appUid: settings.appUid, [name]: watched }))
      .catch(reject);
  });
}

function greet(text: string): void {
  querySelectorOrThrow("#agent").replaceChildren(createElement("p", {}, text));
}

/** SDK 3 looks for this element. Mindset's documentation spells the attribute both ways. */
function showAgent({ sdkUrl = "", agentUid }: PageSettings): void {
  querySelectorOrThrow("#sdk-kind").textContent =
    `This is Mindset's own SDK, from ${sdkUrl}. It starts once; reload the page to start it another way.`;
  if (!agentUid) return;
  const agent = document.createElement("mindset-agent");
  agent.setAttribute("agent-uid", agentUid);
  agent.setAttribute("agentUid", agentUid);
  querySelectorOrThrow("#agent").replaceChildren(agent);
}
