/** Pure: what `npm start` says when everything runs. */

import { USERS } from "./identity-provider/users.ts";
import { DEFAULT_FIRST_PORT, type RealMindset } from "./settings.ts";

/** What {@link toWelcome} tells of. */
export interface WelcomeFacts {
  endpoint: string;
  issuer: string;
  pageUrl: string;
  firstPort: number;
  /** The stand-in's URL; absent when the real Mindset is called. */
  mindsetUrl?: string;
  realMindset?: RealMindset;
}

/** The text: endpoint, provider and a line to paste, in this order, then what else one can do. */
export function toWelcome(facts: WelcomeFacts): string {
  const { endpoint, issuer, pageUrl, firstPort, mindsetUrl, realMindset } = facts;
  const port = firstPort === DEFAULT_FIRST_PORT ? "" : `PORT=${firstPort} `;
  function curlAs(user: string) {
    return `curl -X POST ${endpoint} -H "authorization: Bearer $(${port}npm run -s token -- ${user})"`;
  }
  const [first = "", second = ""] = Object.keys(USERS);
  return `
Endpoint           ${endpoint}
Identity provider  ${issuer}
Page               ${pageUrl}
${realMindset ? toRealMindsetNotice(realMindset) : `Mindset stand-in   ${mindsetUrl}`}

Open the page in a browser: it shows everything, step by step.

Or, in a second terminal, in this folder, ask for ${first}'s token; the answer is {"authToken":"..."}:

  ${curlAs(first)}

As another user:

  ${curlAs(second)}
${mindsetUrl ? toFaultHint(mindsetUrl) : ""}
Ctrl-C stops everything.
`;
}

function toRealMindsetNotice({ apiHost, appUid }: RealMindset): string {
  return `The real Mindset   ${apiHost}, app ${appUid}: every sign-in creates or uses a real user there`;
}

function toFaultHint(mindsetUrl: string): string {
  return `
Make Mindset fail twice and look at the answer; see every fault and setting there is; make it well again:

  curl -X PUT ${mindsetUrl}/__fault -d '{"fault":"status-503","times":2}'
  curl ${mindsetUrl}/__fault
  curl -X DELETE ${mindsetUrl}/__fault
`;
}
