/** Pure: environment and arguments of `npm start` -> LocalSettings, or every problem at once. */
import type { ListeningHost } from "./http/server.ts";
import { type LocalOptions, parseOptions } from "./options.ts";
import { mindsetProblems, type RealMindset, type RealSdk, sdkProblems } from "./real-mindset.ts";

/** What the developer can choose. */
export interface LocalSettings extends Pick<LocalOptions, "signIn" | "pages"> {
  /** The API's port; the other servers take the next five. */
  firstPort: number;
  /** Where the fake Mindset API and Secrets Manager listen, which containers call. */
  host: ListeningHost;
  /** The real Mindset, whose API key is asked for. Absent: the fake one is called. */
  realApp?: Omit<RealMindset, "apiKey">;
  /** Absent: the fake SDK is shown. */
  realSdk?: RealSdk;
}

type Environment = Record<string, string | undefined>;

/** The settings are invalid; the message has a line for each problem. */
export class LocalSettingsError extends Error {
  override readonly name = "LocalSettingsError";
}

/** The default of `PORT`. */
export const DEFAULT_FIRST_PORT = 3000;

const MAX_FIRST_PORT = 65_530;
const DEFAULT_HOST: ListeningHost = "127.0.0.1";

/**
 * Parses `PORT`, `HOST`, `MINDSET_API_HOST`, `MINDSET_APP_UID`, `MINDSET_SDK_URL`, `MINDSET_AGENT_UID` (empty counts as
 * absent) and the options of the command line.
 *
 * @param args e.g. `["--allow-any-api-host"]`.
 * @throws LocalSettingsError
 */
export function parseLocalSettings(environment: Environment, args: string[] = []): LocalSettings {
  const parsed = parseOptions(args);
  const { options } = "options" in parsed ? parsed : { options: undefined };
  const problems = [
    ...("problems" in parsed ? parsed.problems : []),
    ...portProblems(environment),
    ...hostProblems(environment),
    ...mindsetProblems(environment, options?.allowAnyApiHost ?? true),
    ...sdkProblems(environment),
  ];
  if (problems.length > 0 || !options) throw new LocalSettingsError(problems.join("\n"));

  const { MINDSET_API_HOST: apiHost, MINDSET_APP_UID: appUid, MINDSET_SDK_URL: sdkUrl } = environment;
  return {
    signIn: options.signIn,
    pages: options.pages,
    firstPort: Number(environment.PORT || DEFAULT_FIRST_PORT),
    host: (environment.HOST || DEFAULT_HOST) as ListeningHost,
    realApp: apiHost && appUid ? { apiHost, appUid } : undefined,
    realSdk: sdkUrl ? { sdkUrl, agentUid: environment.MINDSET_AGENT_UID || undefined } : undefined,
  };
}

function portProblems({ PORT: port }: Environment): string[] {
  const isPort = !port || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= MAX_FIRST_PORT);
  return isPort ? [] : [`PORT is ${JSON.stringify(port)}; it must be a number from 1 to ${MAX_FIRST_PORT}, e.g. 3000.`];
}

/** Secrets Manager would offer a real key to the network. */
function hostProblems({ HOST: host, MINDSET_API_HOST: apiHost }: Environment): string[] {
  if (!host || host === DEFAULT_HOST) return [];
  if (host !== "0.0.0.0") return [`HOST is ${JSON.stringify(host)}; it must be ${DEFAULT_HOST} or 0.0.0.0.`];
  return apiHost ? ["HOST=0.0.0.0 works with the fake Mindset API only: your network could reach your API key."] : [];
}
