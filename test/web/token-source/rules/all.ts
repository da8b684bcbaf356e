/** Every rule of a token source. */
import { answers } from "./answers.ts";
import { ending } from "./ending.ts";
import { actOut, type Rule } from "./rule.ts";
import { sharing } from "./sharing.ts";
import { signingIn } from "./signing-in.ts";
import { tryingAgain } from "./trying-again.ts";

export const rules: Rule[] = [...sharing, ...signingIn, ...tryingAgain, ...answers, ...ending];

/** Runs the page of one rule; for a browser, to which a rule cannot be handed over. */
export function actOutByTitle(title: string, endpoint: string): Promise<unknown> {
  const rule = rules.find((one) => one.title === title);
  if (!rule) throw new Error(`there is no rule: ${title}`);
  return actOut(rule, endpoint);
}
