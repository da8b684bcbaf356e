/** Types only: the global `mindset` that Mindset's script creates, and its element. Import it once: `import type {} from ...`. */

/** Settings of `mindset.init()`. SDK 2 calls `getAuthToken`, SDK 3 `fetchAuthentication`; it has more settings than these. */
export interface MindsetConfig {
  appUid: string;
  getAuthToken?: () => Promise<string>;
  /** Mindset's documentation shows both forms of the result. */
  fetchAuthentication?: () => Promise<string | { token: string }>;
  [setting: string]: unknown;
}

/** What the script defines as `window.mindset`. */
export interface Mindset {
  init(config: MindsetConfig): unknown;
  /** SDK 2 only: forgets the user, so that another can sign in without a reload. */
  deleteAppInstance?(): unknown;
}

/** Mindset's documentation spells the attribute both ways. */
export interface MindsetAgentAttributes {
  "agent-uid"?: string;
  agentUid?: string;
}

declare global {
  var mindset: Mindset;
  interface HTMLElementTagNameMap {
    "mindset-agent": HTMLElement;
  }
}
