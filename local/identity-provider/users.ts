/** Pure: the users who can sign in on this machine. */

/** A user of the identity provider. */
export interface User {
  /** The claim `sub`, which the function maps to Mindset's `externalId`. */
  sub: string;
  name: string;
  email: string;
  email_verified: boolean;
}

/** By the name to sign in with. Grace's `sub` is not a valid `externalId`, so it shows how ids are mapped. */
export const USERS: Readonly<Record<string, User>> = {
  ada: { sub: "ada", name: "Ada Lovelace", email: "ada@example.com", email_verified: true },
  grace: { sub: "auth0|grace", name: "Grace Hopper", email: "grace@example.com", email_verified: true },
};

/** Finds a user by the name to sign in with. */
export function findUser(name: string | null): User | undefined {
  return Object.hasOwn(USERS, name ?? "") ? USERS[name ?? ""] : undefined;
}
