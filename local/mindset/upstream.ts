/** Edge (network): gives the Mindset API that the function calls: the real one, or a fake one that it starts. */
import type { RealMindset } from "../real-mindset.ts";
import { type FakeMindset, type MindsetOptions, startMindset } from "./server.ts";

/** The application of the fake Mindset API. */
export const LOCAL_APP_UID = "local-app";

/** The API key of the fake Mindset API; nothing else accepts it. */
const LOCAL_API_KEY = "local-key-that-opens-nothing-real";

/** The API to call, and its key. */
export interface Upstream extends RealMindset {
  /** Absent when the real Mindset is called. */
  mindset?: FakeMindset;
}

/** Gives the real Mindset if there are settings for it, else starts the fake one. */
export async function startUpstream({ realMindset, ...options }: UpstreamOptions): Promise<Upstream> {
  if (realMindset) return realMindset;
  const mindset = await startMindset({ ...options, appUid: LOCAL_APP_UID, apiKeys: [LOCAL_API_KEY] });
  return { apiHost: mindset.url, appUid: LOCAL_APP_UID, apiKey: LOCAL_API_KEY, mindset };
}

/** Options of {@link startUpstream}. */
export interface UpstreamOptions extends Pick<MindsetOptions, "port" | "host" | "log"> {
  /** @default - the fake Mindset API */
  realMindset?: RealMindset;
}
