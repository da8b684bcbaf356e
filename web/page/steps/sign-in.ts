/** Edge (document): step 1: shows who is signed in, and the buttons to sign in and out. */
import { querySelectorOrThrow } from "../element.ts";
import type { PageSignIn } from "../local-protocol.ts";
import type { Session } from "../session/session.ts";

/** Connects the step to the session. */
export function addSignInStep(session: Session, signIn: PageSignIn): void {
  const { user, problem } = session;
  const status = querySelectorOrThrow("#signed-in");
  const isElsewhere = signIn.by === "own page";
  status.textContent = problem ?? (user ? `Signed in as ${user.name}. The subject is ${user.subject}.` : "");
  querySelectorOrThrow("#sign-in-type").textContent = signIn.type;
  querySelectorOrThrow("#sign-in-what").textContent = describe(signIn);
  querySelectorOrThrow("#sign-in-note").textContent = NOTES[signIn.by];
  querySelectorOrThrow("#sign-in").hidden = user !== undefined || isElsewhere;
  querySelectorOrThrow("#sign-out").hidden = user === undefined;
  querySelectorOrThrow("#sign-in").onclick = () =>
    session.signIn().catch(() => {
      status.textContent = "The identity provider does not answer. Is npm start still running?";
    });
  querySelectorOrThrow("#sign-out").onclick = () => session.signOut();
}

function describe(signIn: PageSignIn): string {
  if (signIn.by === "own page") {
    const page = signIn.pages.length > 0 ? ` Sign in on your page: ${signIn.pages.join(", ")}` : "";
    return `Your own identity provider signs users in: ${signIn.issuer}. It does not know this page.${page}`;
  }
  const server =
    signIn.by === "session"
      ? "A session server on your machine (better-auth) signs users in and sets a cookie."
      : "An identity provider on your machine signs users in and issues access tokens.";
  return `${server} ${USERS}`;
}

const USERS =
  "Ada's id is valid at Mindset, Grace's id must be mapped, and Alan has privileges: an account by his group, and a tenant that he administers.";

const NOTES: Record<PageSignIn["by"], string> = {
  provider:
    "Authorization code with PKCE. The tokens stay in the memory of this page, not in its storage: a reload signs you out.",
  session: "The browser sends the cookie by itself. No script can read it, and a reload keeps you signed in.",
  "own page": "Allow the origin of your page with npm start -- --origin.",
};
