/** Pure: everything that can be tried on the page: what goes wrong, and what to look at. */
import type { Controls } from "../local-protocol.ts";

/** Something to try. */
export interface Situation {
  title: string;
  /** What happens, and what the token source makes of it. */
  description: string;
  /** What goes wrong. */
  controls: Controls;
  /** The access token is to expire before the call; then this goes wrong too. */
  whenExpired?: Controls;
}

/** Nothing goes wrong. */
export const ALL_IS_WELL: Situation = { title: "", description: "", controls: {} };

/** In the order of the page. */
export const SITUATIONS: readonly Situation[] = [
  {
    title: "Mindset is slow",
    description: "It takes three seconds to answer. The function waits, and so does the token source.",
    controls: { mindsetFault: { fault: "delay", ms: 3000, times: 1 } },
  },
  {
    title: "Mindset is overloaded for a moment",
    description:
      "It answers 503 three times. The function tries twice; the token source waits as told, and tries again.",
    controls: { mindsetFault: { fault: "status-503", times: 3 } },
  },
  {
    title: "Mindset stays silent",
    description: "Each attempt is given up after 4 seconds, and the whole call after 15. This one takes its time.",
    controls: { mindsetFault: { fault: "silence" } },
  },
  {
    title: "Too many requests",
    description: "API Gateway refuses two requests with 429. The token source waits a little longer each time.",
    controls: { throttledRequests: 2 },
  },
  {
    title: "The API key was revoked",
    description: "Mindset refuses the key. You are still signed in, so that this is no 401: nothing mends itself here.",
    controls: { apiKeyRevoked: true },
  },
  {
    title: "The access token has expired",
    description: "API Gateway answers 401. The token source has it refreshed, once, and tries again.",
    controls: { nextAccessTokenSeconds: 1 },
    whenExpired: {},
  },
  {
    title: "The sign-in has ended",
    description: "The access token has expired, and the identity provider refuses to refresh it.",
    controls: { nextAccessTokenSeconds: 1 },
    whenExpired: { signInsEnded: true },
  },
];

/** Whether it can be tried with the real Mindset too. */
export function needsFakeMindset({ controls }: Situation): boolean {
  return controls.mindsetFault !== undefined || controls.apiKeyRevoked === true;
}
