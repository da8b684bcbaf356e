/** Pure: the text that `npm start` prints when everything runs. */
import type { PageSignIn } from "../web/page/local-protocol.ts";
import { USERS } from "./identity-provider/users.ts";
import { DEFAULT_FIRST_PORT } from "./settings.ts";

/** What {@link toWelcome} shows. */
export interface WelcomeFacts {
  endpoint: string;
  signIn: PageSignIn;
  pageUrl: string;
  firstPort: number;
  /** The URL of the fake Mindset API; absent when the real Mindset is called. */
  mindsetUrl?: string;
  realApp?: { apiHost: string; appUid: string };
}

/** Gives the text: the URLs, what to do first, then commands to paste. */
export function toWelcome(facts: WelcomeFacts): string {
  const { endpoint, signIn, pageUrl, mindsetUrl, realApp } = facts;
  const signInLine =
    signIn.by === "session" ? `Session server     ${signIn.sessionUrl}` : `Identity provider  ${signIn.issuer}`;
  return `
Page               ${pageUrl}
Endpoint           ${endpoint}
Sign-in            ${signIn.type}
${signInLine}
${realApp ? toRealMindsetNotice(realApp) : `Fake Mindset API   ${mindsetUrl}`}

${toFirstSteps(facts)}${mindsetUrl ? toFaultHint(mindsetUrl) : ""}
Press Ctrl-C to stop.
`;
}

function toFirstSteps({ endpoint, signIn, firstPort }: WelcomeFacts): string {
  if (signIn.by === "own page") {
    const page = signIn.pages.length > 0 ? ` Your page may call it: ${signIn.pages.join(", ")}` : "";
    return `Call the endpoint with an access token of your identity provider.${page}

  curl -X POST ${endpoint} -H "authorization: Bearer ACCESS_TOKEN"
`;
  }
  const openPage = "Open the page in a browser. It shows every step.\n";
  if (signIn.by === "session") return openPage;
  const port = firstPort === DEFAULT_FIRST_PORT ? "" : `PORT=${firstPort} `;
  function curlAs(user: string) {
    return `curl -X POST ${endpoint} -H "authorization: Bearer $(${port}npm run -s token -- ${user})"`;
  }
  const [first = "", second = ""] = Object.keys(USERS);
  return `${openPage}
Or get a token for ${first} in a second terminal, in this folder. The response is {"authToken":"..."}:

  ${curlAs(first)}

For another user:

  ${curlAs(second)}
`;
}

function toRealMindsetNotice({ apiHost, appUid }: { apiHost: string; appUid: string }): string {
  return `Real Mindset       ${apiHost}, app ${appUid}: each sign-in creates or uses a real user there`;
}

function toFaultHint(mindsetUrl: string): string {
  return `
Make the fake Mindset API fail twice, list every fault, and end the fault:

  curl -X PUT ${mindsetUrl}/__fault -d '{"fault":"status-503","times":2}'
  curl ${mindsetUrl}/__fault
  curl -X DELETE ${mindsetUrl}/__fault
`;
}
