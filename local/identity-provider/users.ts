/** Pure: the users who can sign in on this machine. */

/** A user of the identity provider. */
export interface User {
  /** The claim `sub`, which the function maps to Mindset's `externalId`. */
  sub: string;
  name: string;
  email: string;
  email_verified: boolean;
  /** Claims for the rules in local/sign-in/grants.ts. @default - none */
  groups?: string[];
  org_id?: string;
  org_role?: string;
}

/** By the name to sign in with. Grace's `sub` is not a valid `externalId` and gets mapped; Alan gets privileges. */
export const USERS: Readonly<Record<string, User>> = {
  ada: { sub: "ada", name: "Ada Lovelace", email: "ada@example.com", email_verified: true },
  grace: { sub: "auth0|grace", name: "Grace Hopper", email: "grace@example.com", email_verified: true },
  alan: {
    sub: "alan",
    name: "Alan Turing",
    email: "alan@example.com",
    email_verified: true,
    groups: ["staff", "tea"],
    org_id: "acme",
    org_role: "admin",
  },
};

/** Finds a user by the name to sign in with. */
export function findUser(name: string | null): User | undefined {
  return Object.hasOwn(USERS, name ?? "") ? USERS[name ?? ""] : undefined;
}
