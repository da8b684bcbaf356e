/** Pure: environment of `npm start` -> LocalSettings, or every problem at once. */
import { parseApiKey } from "../lambda/token/api-key/value.ts";
import { parseSettings } from "../lambda/token/settings.ts";
import { API_KEY_SECRET_NAME } from "./function-environment.ts";
import type { ListeningHost } from "./http/server.ts";
import { type RealSdk, sdkProblems, toRealSdk } from "./page/sdk-settings.ts";

/** The real Mindset, to be called instead of the stand-in. */
export interface RealMindset {
  apiHost: string;
  appUid: string;
  apiKey: string;
}

/** What the developer may choose. */
export interface LocalSettings {
  /** The API's port; the stand-ins and the page take the next four. */
  firstPort: number;
  /** Where the stand-ins listen that a container calls. */
  host: ListeningHost;
  /** Absent: the stand-in is called. */
  realMindset?: RealMindset;
  /** Absent: the stand-in is shown. */
  realSdk?: RealSdk;
}

type Environment = Record<string, string | undefined>;

/** The settings are wrong; the message has a line for each problem. */
export class LocalSettingsError extends Error {
  override readonly name = "LocalSettingsError";
}

/** The port of `npm start` when `PORT` does not say otherwise. */
export const DEFAULT_FIRST_PORT = 3000;

/** Where the stand-ins listen when `HOST` does not say otherwise. */
const DEFAULT_HOST: ListeningHost = "127.0.0.1";

const MAX_FIRST_PORT = 65_531;
const REAL_MINDSET = ["MINDSET_API_HOST", "MINDSET_APP_UID", "MINDSET_API_KEY"];

/**
 * Reads `PORT`, `HOST`, `MINDSET_API_HOST`, `MINDSET_APP_UID`, `MINDSET_API_KEY`, `MINDSET_SDK_URL` and
 * `MINDSET_AGENT_UID`; empty counts as absent.
 *
 * @throws LocalSettingsError
 */
export function parseLocalSettings(environment: Environment): LocalSettings {
  const problems = [
    ...portProblems(environment),
    ...hostProblems(environment),
    ...mindsetProblems(environment),
    ...sdkProblems(environment),
  ];
  if (problems.length > 0) throw new LocalSettingsError(problems.join("\n"));

  const { MINDSET_API_HOST: apiHost, MINDSET_APP_UID: appUid, MINDSET_API_KEY: apiKey } = environment;
  const realSdk = toRealSdk(environment);
  return {
    firstPort: Number(environment.PORT || DEFAULT_FIRST_PORT),
    host: (environment.HOST || DEFAULT_HOST) as ListeningHost,
    ...(apiHost && appUid && apiKey && { realMindset: { apiHost, appUid, apiKey } }),
    ...(realSdk && { realSdk }),
  };
}

function portProblems({ PORT: port }: Environment): string[] {
  const isPort = !port || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= MAX_FIRST_PORT);
  return isPort ? [] : [`PORT is ${JSON.stringify(port)}; it must be a number from 1 to ${MAX_FIRST_PORT}, e.g. 3000.`];
}

/** The stand-in for Secrets Manager gives its key to whoever asks: a real one must stay on this machine. */
function hostProblems({ HOST: host, MINDSET_API_KEY: realKey }: Environment): string[] {
  if (!host || host === DEFAULT_HOST) return [];
  if (host !== "0.0.0.0")
    return [`HOST is ${JSON.stringify(host)}; it must be ${DEFAULT_HOST} (the default) or 0.0.0.0.`];
  return realKey ? ["HOST=0.0.0.0 is for the stand-ins alone: it would give your real API key to your network."] : [];
}

function mindsetProblems(environment: Environment): string[] {
  const missing = REAL_MINDSET.filter((name) => !environment[name]);
  if (missing.length === REAL_MINDSET.length) return [];
  if (missing.length === 0)
    return [settingsProblem(environment), keyProblem(environment)].filter((text) => text !== "");
  return [
    `To call the real Mindset, set ${REAL_MINDSET.join(", ")}; missing: ${missing.join(", ")}.`,
    "To call the stand-in, set none of them.",
  ];
}

/** What the function itself would say, at its first request. */
function settingsProblem({ MINDSET_API_HOST, MINDSET_APP_UID }: Environment): string {
  return messageOf(() =>
    parseSettings({ MINDSET_API_HOST, MINDSET_APP_UID, MINDSET_API_KEY_SECRET_ARN: API_KEY_SECRET_NAME }),
  );
}

function keyProblem({ MINDSET_API_KEY }: Environment): string {
  return messageOf(() => parseApiKey(MINDSET_API_KEY)).replace(/^The secret/, "MINDSET_API_KEY");
}

function messageOf(parse: () => unknown): string {
  try {
    parse();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
