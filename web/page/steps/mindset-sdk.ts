/** Edge (document): Mindset's SDK: the real one when there is its URL, else a stand-in. */
import type { PageSettings } from "../local-protocol.ts";
import { readTokenOwner } from "../local-server.ts";

/** What a page tells the SDK; SDK 2 calls `getAuthToken`, SDK 3 `fetchAuthentication`. */
export interface MindsetConfig {
  appUid: string;
  getAuthToken?: () => Promise<string>;
  /** Mindset's documentation shows both forms. */
  fetchAuthentication?: () => Promise<string | { token: string }>;
}

/** What `window.mindset` is. */
export interface Mindset {
  init(config: MindsetConfig): unknown;
}

/**
 * Gets the SDK.
 *
 * @param showGreeting told what the stand-in's agent says.
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
      else reject(new Error(`${sdkUrl} makes no window.mindset`));
    };
    script.onerror = () => reject(new Error(`${sdkUrl} cannot be loaded`));
    document.head.append(script);
  });
}

/** Asks twice at the same time, as two agents on one page would, and greets the user whose the token is. */
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
