/** Edge (document): the third step: Mindset's SDK, or its stand-in, calls the token source. */
import type { TokenSource } from "../../token-source/index.ts";
import { createElement, querySelectorOrThrow } from "../element.ts";
import type { PageSettings } from "../local-protocol.ts";
import type { Session } from "../session.ts";
import { createReportView } from "../trial/report-view.ts";
import { startTrial } from "../trial/runner.ts";
import { ALL_IS_WELL } from "../trial/situations.ts";
import { getMindset } from "./mindset-sdk.ts";

/** What the step needs. */
export interface SdkStep {
  session: Session;
  source: TokenSource;
  settings: PageSettings;
}

/** Brings the step to life. */
export function addSdkStep({ session, source, settings }: SdkStep): void {
  const view = createReportView(session.signIn);
  querySelectorOrThrow("#sdk").append(view.root);
  function addWay(button: string, name: "getAuthToken" | "fetchAuthentication", callback: TokenCallback) {
    function call() {
      return initSdk(settings, { name, callback });
    }
    querySelectorOrThrow(button).onclick = () => startTrial(view, ALL_IS_WELL, { session, call });
  }
  addWay("#sdk-2", "getAuthToken", source.getAuthToken);
  addWay("#sdk-3", "fetchAuthentication", source.fetchAuthentication);
  addWay("#sdk-3-object", "fetchAuthentication", source.fetchAuthenticationObject);
  if (settings.sdkUrl) showAgent(settings);
}

type TokenCallback = () => Promise<string | { token: string }>;

/** @returns what the SDK was given when it first asked; whatever else it does is its own affair. */
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
    setTimeout(() => reject(new Error("the SDK has not asked for a token")), 20_000);
    getMindset(settings, greet)
      .then((mindset) => mindset.init({ appUid: settings.appUid, [name]: watched }))
      .catch(reject);
  });
}

function greet(text: string): void {
  querySelectorOrThrow("#agent").replaceChildren(createElement("p", {}, text));
}

/** SDK 3 looks for this element; its documentation spells the attribute both ways. */
function showAgent({ sdkUrl = "", agentUid }: PageSettings): void {
  querySelectorOrThrow("#sdk-kind").textContent =
    `This is the real one, from ${sdkUrl}. It starts once; reload to start it another way.`;
  if (!agentUid) return;
  const agent = document.createElement("mindset-agent");
  agent.setAttribute("agent-uid", agentUid);
  agent.setAttribute("agentUid", agentUid);
  querySelectorOrThrow("#agent").replaceChildren(agent);
}
