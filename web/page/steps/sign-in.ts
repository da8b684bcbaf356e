/** Edge (document): the first step: who is signed in, and the way in and out. */
import { find } from "../element.ts";
import type { Session } from "../session.ts";

/** Brings the step to life. */
export function addSignInStep({ user, problem, signIn }: Session): void {
  find("#signed-in").textContent =
    problem ?? (user ? `Signed in as ${user.name}. The subject is ${user.subject}.` : "");
  find("#sign-in").hidden = user !== undefined;
  find("#sign-out").hidden = user === undefined;
  find("#sign-in").onclick = () =>
    signIn().catch(() => {
      find("#signed-in").textContent = "The identity provider does not answer. Is npm start still running?";
    });
  find("#sign-out").onclick = () => location.reload(); // the memory of this page is all there is
}
