/** Pure: what the page may change about the service: what goes wrong, all of it at once. */
import type { Controls } from "../../web/page/local-protocol.ts";
import type { Throttle } from "../api-gateway/throttle.ts";
import type { IdentityProvider } from "../identity-provider/server.ts";
import type { FakeMindset } from "../mindset/server.ts";

/** The parts that can be made to fail. */
export interface ControlledParts {
  throttle: Throttle;
  identityProvider: IdentityProvider;
  /** Absent when the real Mindset is called. */
  mindset?: FakeMindset;
  /** The key that Mindset knows. */
  apiKey: string;
}

/**
 * Changes everything to what the page asks for; what it does not name goes well.
 *
 * @throws RangeError when there is no such fault, or its particulars are wrong.
 */
export function applyControls(
  { throttle, identityProvider, mindset, apiKey }: ControlledParts,
  { mindsetFault, apiKeyRevoked, throttledRequests, nextAccessTokenSeconds, signInsEnded }: Controls,
): void {
  if (mindsetFault) mindset?.faults.set(mindsetFault);
  else mindset?.faults.clear();
  mindset?.setApiKeys(apiKeyRevoked ? [] : [apiKey]);
  throttle.refuseNext(throttledRequests ?? 0);
  identityProvider.shortenNextAccessToken(nextAccessTokenSeconds);
  if (signInsEnded) identityProvider.endSignIns();
}
