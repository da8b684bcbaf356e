/** Edge (memory): stores the users and tokens of the fake Mindset API until the process ends. */
import { randomBytes } from "node:crypto";
import type { SdkUser } from "./rules.ts";

/** A user of the application. */
export interface MindsetUser {
  /** Absent for a user who is known by email. */
  externalId?: string;
  userEmail?: string;
  /** From the first request: Mindset ignores later names. */
  name?: string;
  /** Every account that a request has added; Mindset removes none. */
  accountUids: string[];
  /** Every tenant that a request has made the user an administrator of; Mindset removes none. */
  tenants: string[];
}

/** The result of a request for a token. */
export interface SignedIn {
  user: MindsetUser;
  isNew: boolean;
  /** A new one every time. */
  authToken: string;
}

/** Creates an empty store. */
export function createMindsetUsers() {
  const users = new Map<string, MindsetUser>();
  const tokens = new Map<string, string>();

  function signIn({ externalId, userEmail, name, accountUids = [], externalTenantId }: SdkUser): SignedIn {
    const id = externalId ?? userEmail ?? "";
    const known = users.get(id);
    const user = known ?? { externalId, userEmail, name, accountUids: [], tenants: [] };
    addMissing(user.accountUids, accountUids);
    addMissing(user.tenants, externalTenantId === undefined ? [] : [externalTenantId]);
    users.set(id, user);
    const authToken = `local-token-${randomBytes(24).toString("base64url")}`;
    tokens.set(authToken, id);
    return { user, isNew: !known, authToken };
  }
  return { users, tokens, signIn };
}

/** Gives a line for the terminal, e.g. `signed in externalId "ada" (name "Ada Lovelace"), a new user`. */
export function toLogLine({ user: { externalId, userEmail, name, accountUids, tenants }, isNew }: SignedIn): string {
  const who = externalId ? `externalId ${JSON.stringify(externalId)}` : `userEmail ${JSON.stringify(userEmail)}`;
  return [
    `signed in ${who}${name ? ` (name ${JSON.stringify(name)})` : ""}`,
    isNew ? "a new user" : "",
    accountUids.length > 0 ? `accounts ${accountUids.join(" ")}` : "",
    tenants.length > 0 ? `administrator of ${tenants.join(" ")}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function addMissing(list: string[], values: readonly string[]): void {
  list.push(...values.filter((value, at) => !list.includes(value) && values.indexOf(value) === at));
}
