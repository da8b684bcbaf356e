/** Edge (randomness, memory): better-auth with the local users, who sign in with a cookie. */
import { randomBytes } from "node:crypto";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { USERS } from "../identity-provider/users.ts";

/**
 * Creates the server's logic, with a secret and passwords of its own.
 *
 * @param url of the server, e.g. `http://localhost:3005`.
 * @param pages origins of the pages that may call it.
 * @see https://www.better-auth.com/docs
 */
export async function createAuth(url: string, pages: readonly string[]) {
  const records: Record<string, unknown[]> = { user: [], session: [], account: [], verification: [] };
  const password = randomBytes(32).toString("base64url");
  const auth = betterAuth({
    baseURL: url,
    secret: randomBytes(32).toString("base64url"),
    database: memoryAdapter(records),
    // Hashing the random password of this process would protect nothing, and takes a second.
    emailAndPassword: {
      enabled: true,
      password: { hash: async (text) => text, verify: async (given) => given.hash === given.password },
    },
    trustedOrigins: [...pages],
    user: { additionalFields: { groups: { ...FIELD, type: "string[]" }, org_id: FIELD, org_role: FIELD } },
    databaseHooks: { user: { create: { before: async (user) => ({ data: { ...user, ...fieldsOf(user.email) } }) } } },
    logger: { disabled: true },
    telemetry: { enabled: false },
  });
  for (const { name, email } of Object.values(USERS)) await auth.api.signUpEmail({ body: { name, email, password } });
  endSessions();

  /** Signs in and gives the response that sets the cookie. */
  function signIn(email: string): Promise<Response> {
    return auth.api.signInEmail({ body: { email, password }, asResponse: true });
  }
  function endSessions() {
    records.session?.splice(0);
  }
  return { auth, signIn, endSessions };
}

/** Users cannot set it themselves. */
const FIELD = { type: "string", required: false, input: false } as const;

/** The id and groups that the identity provider has, so that a user is the same one with every sign-in. */
function fieldsOf(address: string) {
  const { sub: id, groups, org_id, org_role } = Object.values(USERS).find(({ email }) => email === address) ?? {};
  return { id, groups, org_id, org_role };
}
