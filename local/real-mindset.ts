/** Pure: the settings of the real Mindset, which `npm start` can use instead of the fake one. */
import { isMindsetHost } from "../lambda/contract.ts";
import { parseSettings } from "../lambda/token/settings.ts";
import { API_KEY_SECRET_NAME } from "./function-environment.ts";

/** The real Mindset, to call instead of the fake one. */
export interface RealMindset {
  apiHost: string;
  appUid: string;
  apiKey: string;
}

/** Mindset's own SDK, to show on the page instead of the fake one. */
export interface RealSdk {
  /** The script, e.g. `https://.../mindset-sdk3.umd.js`. */
  sdkUrl: string;
  /** The agent to show. @default - none */
  agentUid?: string;
}

type Environment = Record<string, string | undefined>;

/** Says what is wrong with the settings of the API. */
export function mindsetProblems(environment: Environment, allowAnyHost: boolean): string[] {
  const { MINDSET_API_HOST: apiHost = "", MINDSET_APP_UID: appUid = "", MINDSET_API_KEY: apiKey } = environment;
  if (apiKey) return [KEY_IN_ENVIRONMENT];
  if (!apiHost && !appUid) return [];
  if (!apiHost || !appUid) {
    const missing = apiHost ? "MINDSET_APP_UID" : "MINDSET_API_HOST";
    return [`${missing} is missing. To call the real Mindset, set both; to call the fake one, set neither.`];
  }
  const problem = settingsProblem({ MINDSET_API_HOST: apiHost, MINDSET_APP_UID: appUid });
  if (problem) return [problem];
  return allowAnyHost || isMindsetHost(apiHost) ? [] : [unknownHost(apiHost)];
}

const KEY_IN_ENVIRONMENT =
  "MINDSET_API_KEY is set, but npm start does not read it. Unset it; npm start asks for the key and does not show it, or reads it from standard input.";

function unknownHost(apiHost: string): string {
  return `MINDSET_API_HOST is ${JSON.stringify(apiHost)}, not a host of api.mindset.ai, and would get your API key. If you trust it, run: npm start -- --allow-any-api-host`;
}

/** What the function would report for its first request. */
function settingsProblem(environment: Environment): string | undefined {
  try {
    parseSettings({ ...environment, MINDSET_API_KEY_SECRET_ARN: API_KEY_SECRET_NAME });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Says what is wrong with the settings of the SDK, which cannot use a token of the fake Mindset API. */
export function sdkProblems({ MINDSET_SDK_URL: url, MINDSET_API_HOST: apiHost }: Environment): string[] {
  if (!url) return [];
  const problems = [];
  if (!URL.canParse(url) || !/^(https:|http:\/\/localhost:)/.test(url)) {
    problems.push(`MINDSET_SDK_URL is ${JSON.stringify(url)}; it must be the https URL of the SDK's script.`);
  }
  if (!apiHost) problems.push("MINDSET_SDK_URL needs the real Mindset: set MINDSET_API_HOST and MINDSET_APP_UID too.");
  return problems;
}
