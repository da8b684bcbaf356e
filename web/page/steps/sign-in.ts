/** Edge (document): the first step: who is signed in, and the way in and out. */
import { querySelectorOrThrow } from "../element.ts";
import type { Session } from "../session.ts";

/** Brings the step to life. */
export function addSignInStep({ user, problem, signIn }: Session): void {
  querySelectorOrThrow("#signed-in").textContent =
    problem ?? (user ? `Signed in as ${user.name}. The subject is ${user.subject}.` : "");
  querySelectorOrThrow("#sign-in").hidden = user !== undefined;
  querySelectorOrThrow("#sign-out").hidden = user === undefined;
  querySelectorOrThrow("#sign-in").onclick = () =>
    signIn().catch(() => {
      querySelectorOrThrow("#signed-in").textContent =
        "The identity provider does not answer. Is npm start still running?";
    });
  querySelectorOrThrow("#sign-out").onclick = () => location.reload(); // the memory of this page is all there is
}
