/** Pure: what the page must know of the service. */
import type { PageSettings } from "../../web/page/local-protocol.ts";
import { SCOPE } from "../identity-provider/oauth-client.ts";
import type { IdentityProvider } from "../identity-provider/server.ts";
import type { RealSdk } from "./sdk-settings.ts";

/** The parts of the service that the page meets. */
export interface PageEndpoints {
  endpoint: string;
  identityProvider: Pick<IdentityProvider, "issuer" | "clientId">;
  /** e.g. `a.api.mindset.ai`, or the stand-in's URL. */
  apiHost: string;
  appUid: string;
  /** The stand-in for Mindset, if there is one. */
  mindset?: object;
  realSdk?: RealSdk;
}

/** Puts the settings together. */
export function toPageSettings(surroundings: PageEndpoints): PageSettings {
  const { endpoint, identityProvider, apiHost, appUid, mindset, realSdk } = surroundings;
  const { issuer, clientId } = identityProvider;
  const mindsetUrl = apiHost.startsWith("http://") ? apiHost : `https://${apiHost}`;
  const hasFakeMindset = mindset !== undefined;
  return { endpoint, issuer, clientId, scope: SCOPE, mindsetUrl, appUid, hasFakeMindset, ...realSdk };
}
