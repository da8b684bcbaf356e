/** Pure: the faults to try on the page. */
import type { Controls, PageSettings, SignInType } from "../local-protocol.ts";

/** A fault to try. */
export interface Situation {
  title: string;
  /** What happens, and what the token source does about it. */
  description: string;
  controls: Controls;
  /** Lets the access token expire before the call, then sets these faults. */
  whenExpired?: Controls;
  /** The sign-ins that it can be tried with. @default - all */
  signIns?: readonly SignInType[];
}

/** No fault. */
export const NO_FAULT: Situation = { title: "", description: "", controls: {} };

/** In the order of the page. */
export const SITUATIONS: readonly Situation[] = [
  {
    title: "Mindset is slow",
    description: "Mindset takes three seconds to answer. The function and the token source wait.",
    controls: { mindsetFault: { fault: "delay", ms: 3000, times: 1 } },
  },
  {
    title: "Mindset is overloaded for a moment",
    description:
      "Mindset answers with 503 three times. The function tries twice; the token source waits as long as the response asks, then retries.",
    controls: { mindsetFault: { fault: "status-503", times: 3 } },
  },
  {
    title: "Mindset does not answer",
    description: "Each attempt ends after 4 seconds, and the whole call after 15. This trial takes that long.",
    controls: { mindsetFault: { fault: "silence" } },
  },
  {
    title: "Too many requests",
    description: "API Gateway answers two requests with 429. The token source waits a little longer each time.",
    controls: { throttledRequests: 2 },
  },
  {
    title: "The API key was deleted",
    description:
      "Mindset rejects the API key. The user is still signed in, so this is not a 401. An operator must fix it.",
    controls: { apiKeyRevoked: true },
  },
  {
    title: "The access token has expired",
    description:
      "API Gateway answers with 401. The token source asks the page for a new access token once, and retries.",
    controls: { nextAccessTokenSeconds: 1 },
    whenExpired: {},
    signIns: ["jwt", "lambda"], // oidc accepts tokens for 60 s more, because clocks differ
  },
  {
    title: "The sign-in has ended",
    description: "The access token has expired, and the identity provider does not issue a new one.",
    controls: { nextAccessTokenSeconds: 1 },
    whenExpired: { signInsEnded: true },
    signIns: ["jwt", "lambda"],
  },
  {
    title: "The session has ended",
    description:
      "The session server has ended the session. The cookie is still there, and the answer is 401 immediately.",
    controls: { signInsEnded: true },
    signIns: ["userinfo"],
  },
];

/** The faults that can be tried. Faults of Mindset need the fake Mindset API; without a sign-in here there are no faults. */
export function toSituations({ hasFakeMindset, signIn }: Pick<PageSettings, "hasFakeMindset" | "signIn">): Situation[] {
  if (signIn.by === "own page") return [];
  return SITUATIONS.filter(({ controls: { mindsetFault, apiKeyRevoked }, signIns = [signIn.type] }) => {
    return signIns.includes(signIn.type) && (hasFakeMindset || !(mindsetFault || apiKeyRevoked));
  });
}
