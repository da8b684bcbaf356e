/** Edge (network): the Mindset that the function calls: the real one, or the stand-in. */
import type { RealMindset } from "../settings.ts";
import { type FakeMindset, type MindsetOptions, startMindset } from "./server.ts";

/** The application of the stand-in for Mindset. */
export const LOCAL_APP_UID = "local-app";

/** The API key of the stand-in for Mindset; it opens nothing else. */
export const LOCAL_API_KEY = "local-key-that-opens-nothing-real";

/** Where Mindset is, and what opens it. */
export interface Upstream extends RealMindset {
  /** Absent when it is the real one. */
  mindset?: FakeMindset;
}

/** Takes the real Mindset when there is one, else starts the stand-in. */
export async function startUpstream({ realMindset, ...options }: UpstreamOptions): Promise<Upstream> {
  if (realMindset) return realMindset;
  const mindset = await startMindset({ ...options, appUid: LOCAL_APP_UID, apiKeys: [LOCAL_API_KEY] });
  return { apiHost: mindset.url, appUid: LOCAL_APP_UID, apiKey: LOCAL_API_KEY, mindset };
}

/** What {@link startUpstream} needs. */
export interface UpstreamOptions extends Pick<MindsetOptions, "port" | "host" | "log"> {
  /** @default - none */
  realMindset?: RealMindset;
}
