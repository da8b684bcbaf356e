/** Pure: the people who can sign in on this machine. */

/** Somebody the identity provider knows. */
export interface User {
  /** The claim `sub`, which the function maps to Mindset's `externalId`. */
  sub: string;
  name: string;
  email: string;
  email_verified: boolean;
}

/** By the name to sign in with. Grace's `sub` is no valid `externalId`, so that one can see how it is mapped. */
export const USERS: Readonly<Record<string, User>> = {
  ada: { sub: "ada", name: "Ada Lovelace", email: "ada@example.com", email_verified: true },
  grace: { sub: "auth0|grace", name: "Grace Hopper", email: "grace@example.com", email_verified: true },
};
