/** Edge (memory): the users and tokens that the stand-in for Mindset knows, until the process ends. */
import { randomBytes } from "node:crypto";
import type { SdkUser } from "./rules.ts";

/** Somebody has signed in. */
export interface SignedIn {
  /** As first seen: a later `name` changes nothing. */
  user: SdkUser;
  isNew: boolean;
  /** Another one every time. */
  authToken: string;
}

/** Makes the memory, empty. */
export function createMindsetUsers() {
  const users = new Map<string, SdkUser>();
  const tokens = new Map<string, string>();

  function signIn(asked: SdkUser): SignedIn {
    const id = asked.externalId ?? asked.userEmail ?? asked.email ?? "";
    const known = users.get(id);
    if (!known) users.set(id, asked);
    const authToken = `local-token-${randomBytes(24).toString("base64url")}`;
    tokens.set(authToken, id);
    return { user: known ?? asked, isNew: !known, authToken };
  }
  return { users, tokens, signIn };
}

/** A line for people, e.g. `signed in externalId "ada" (name "Ada Lovelace"), a new user`. */
export function toLogLine({ user: { externalId, userEmail, email, name }, isNew }: SignedIn): string {
  const who = externalId ? `externalId ${JSON.stringify(externalId)}` : `e-mail ${JSON.stringify(userEmail ?? email)}`;
  return `signed in ${who}${name ? ` (name ${JSON.stringify(name)})` : ""}${isNew ? ", a new user" : ""}`;
}
