/** Edge (document): loads Mindset's SDK, or gives a fake one. */
import type { Mindset } from "../../token-source/mindset.ts";
import type { PageSettings } from "../local-protocol.ts";
import { readTokenOwner } from "../local-server.ts";

/**
 * Gets the SDK.
 *
 * @param showGreeting called with the text of the fake SDK's agent.
 */
export function getMindset({ sdkUrl }: PageSettings, showGreeting: (text: string) => void): Promise<Mindset> {
  return sdkUrl ? loadMindset(sdkUrl) : Promise.resolve(createFakeSdk(showGreeting));
}

function loadMindset(sdkUrl: string): Promise<Mindset> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = sdkUrl;
    script.onload = () => {
      const { mindset } = window as { mindset?: Mindset };
      if (mindset) resolve(mindset);
      else reject(new Error(`${sdkUrl} does not define window.mindset`));
    };
    script.onerror = () => reject(new Error(`${sdkUrl} cannot be loaded`));
    document.head.append(script);
  });
}

/** Asks twice at the same time, as two agents on one page do, and greets the owner of the token. */
function createFakeSdk(showGreeting: (text: string) => void): Mindset {
  return {
    init: async ({ getAuthToken, fetchAuthentication }) => {
      const ask = getAuthToken ?? fetchAuthentication;
      if (!ask) throw new TypeError("mindset.init() needs getAuthToken or fetchAuthentication");
      const [answer = ""] = await Promise.all([ask(), ask()]);
      const { externalId } = await readTokenOwner(typeof answer === "string" ? answer : answer.token);
      showGreeting(`Hello! Mindset knows you as ${externalId}. What would you like to learn today?`);
    },
  };
}
