/** Every rule of a token source. */
import { answers } from "./answers.ts";
import { cookies } from "./cookies.ts";
import { ending } from "./ending.ts";
import { retrying } from "./retrying.ts";
import { actOut, type Rule } from "./rule.ts";
import { sharing } from "./sharing.ts";
import { signingIn } from "./signing-in.ts";

export { createKit } from "./rule.ts";

export const rules: Rule[] = [...sharing, ...signingIn, ...retrying, ...cookies, ...answers, ...ending];

/** Runs the page of one rule in a browser, which takes the title but not the rule itself. */
export function actOutByTitle(title: string, endpoint: string): Promise<unknown> {
  const rule = rules.find((one) => one.title === title);
  if (!rule) throw new Error(`there is no rule: ${title}`);
  return actOut(rule, endpoint);
}
