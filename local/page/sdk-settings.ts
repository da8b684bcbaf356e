/** Pure: environment of `npm start` -> the SDK that the page shows, or what is wrong with it. */

/** Mindset's own SDK, to be shown by the page instead of its stand-in. */
export interface RealSdk {
  /** The script, e.g. `https://.../mindset-sdk3.umd.js`. */
  sdkUrl: string;
  /** The agent to show. @default - none */
  agentUid?: string;
}

type Environment = Record<string, string | undefined>;

/** Reads `MINDSET_SDK_URL` and `MINDSET_AGENT_UID`, in which {@link sdkProblems} found nothing. */
export function toRealSdk({ MINDSET_SDK_URL: sdkUrl, MINDSET_AGENT_UID: agentUid }: Environment): RealSdk | undefined {
  return sdkUrl ? { sdkUrl, ...(agentUid && { agentUid }) } : undefined;
}

/** What is wrong; a token of the stand-in would be of no use to the real SDK. */
export function sdkProblems({ MINDSET_SDK_URL: url, MINDSET_API_HOST: apiHost }: Environment): string[] {
  if (!url) return [];
  const problems = [];
  if (!URL.canParse(url) || !/^(https:|http:\/\/localhost:)/.test(url)) {
    problems.push(`MINDSET_SDK_URL is ${JSON.stringify(url)}; it must be the https URL of the SDK's script.`);
  }
  if (!apiHost) problems.push("The real SDK needs the real Mindset: with MINDSET_SDK_URL, set MINDSET_API_HOST too.");
  return problems;
}
