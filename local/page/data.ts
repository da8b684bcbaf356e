/** Pure: what the page reads about the service, and what it may change: the faults of a trial. */
import type {
  Controls,
  ObservedExchange,
  ObservedUser,
  PageSettings,
  PageSignIn,
} from "../../web/page/local-protocol.ts";
import type { IdentityProvider } from "../identity-provider/server.ts";
import type { RecordedRequest } from "../mindset/records.ts";
import type { FakeMindset } from "../mindset/server.ts";
import type { MindsetUser } from "../mindset/users.ts";
import type { RealSdk } from "../real-mindset.ts";

/** The parts of the service that the page knows about. */
export interface PageEndpoints {
  endpoint: string;
  signIn: PageSignIn;
  /** e.g. `a.api.mindset.ai`, or the URL of the fake Mindset API. */
  apiHost: string;
  appUid: string;
  /** Absent when the real Mindset is called. */
  mindset?: object;
  realSdk?: RealSdk;
}

/** Gives the settings that the page reads when it is loaded. */
export function toPageSettings(endpoints: PageEndpoints): PageSettings {
  const { endpoint, signIn, apiHost, appUid, mindset, realSdk } = endpoints;
  const mindsetUrl = apiHost.startsWith("http://") ? apiHost : `https://${apiHost}`;
  return { endpoint, signIn, mindsetUrl, appUid, hasFakeMindset: mindset !== undefined, ...realSdk };
}

/** Headers of interest; the others are Node's. */
const SHOWN_HEADERS = ["content-type", "x-api-key"];

/** Shows a request to Mindset and its response, without the API key, and only the start of the token. */
export function toObservedExchange({ method, path, headers, body, answer }: RecordedRequest): ObservedExchange {
  const shown = SHOWN_HEADERS.filter((name) => headers[name] !== undefined);
  return {
    request: `${method} ${path}`,
    headers: Object.fromEntries(shown.map((name) => [name, name === "x-api-key" ? "(hidden)" : String(headers[name])])),
    body: body.toString(),
    status: answer.status,
    answer: toShownAnswer(answer),
  };
}

function toShownAnswer({ status, body, fault }: RecordedRequest["answer"]): string {
  if (fault !== undefined) return status ? `(fault: ${fault})` : `(fault: ${fault}, no response)`;
  return body === undefined ? "(no response)" : JSON.stringify(body, shortenToken);
}

function shortenToken(name: string, value: unknown): unknown {
  return name === "authToken" ? `${String(value).slice(0, 16)}…` : value;
}

/** Shows a user of the fake Mindset API. */
export function toObservedUser([id, { name = "", accountUids, tenants }]: [string, MindsetUser]): ObservedUser {
  return { id, name, accountUids, tenants };
}

/** The parts that can be made to fail. */
export interface ControlledParts {
  throttle: Throttle;
  identityProvider: Pick<IdentityProvider, "shortenNextAccessToken" | "endSignIns">;
  /** Absent unless cookies sign users in. */
  sessionServer?: { endSessions(): void };
  /** Absent when the real Mindset is called. */
  mindset?: FakeMindset;
  /** The key that the fake Mindset API accepts. */
  apiKey: string;
}

/**
 * Applies the faults that the page asks for, and ends all others.
 *
 * @throws RangeError if a fault or one of its settings is invalid.
 */
export function applyControls(parts: ControlledParts, controls: Controls): void {
  const { throttle, identityProvider, sessionServer, mindset, apiKey } = parts;
  if (controls.mindsetFault) mindset?.faults.set(controls.mindsetFault);
  else mindset?.faults.clear();
  mindset?.setApiKeys(controls.apiKeyRevoked ? [] : [apiKey]);
  throttle.left = controls.throttledRequests ?? 0;
  identityProvider.shortenNextAccessToken(controls.nextAccessTokenSeconds);
  if (controls.signInsEnded) {
    identityProvider.endSignIns();
    sessionServer?.endSessions();
  }
}

/** Throttles as many requests as the page asks for, instead of by a rate. */
export interface Throttle {
  left: number;
}

/** Whether the next request is to be answered with 429. */
export function isThrottled(throttle: Throttle): boolean {
  if (throttle.left === 0) return false;
  throttle.left -= 1;
  return true;
}
