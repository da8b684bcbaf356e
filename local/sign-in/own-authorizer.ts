/** Edge (network): an example of a company's own authorizer: any function that says who is calling. */
import { createRemoteJWKSet, jwtVerify } from "jose";
import { GRANT_CLAIMS } from "./grants.ts";

/**
 * Creates the handler of a REQUEST authorizer (payload format 2.0, simple responses).
 *
 * @param options the issuer of the access tokens that it accepts, and their audience.
 */
export function createOwnAuthorizer({ issuer, audience }: { issuer: string; audience: readonly string[] }) {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  return async ({ headers }: { headers: Record<string, string> }) => {
    const [, token = ""] = headers.authorization?.split(" ") ?? [];
    const { payload } = await jwtVerify(token, keys, { issuer, audience: [...audience] }).catch(() => {
      throw new Error("Unauthorized"); // API Gateway answers with 401 to exactly this message
    });
    const privileges = GRANT_CLAIMS.map((claim) => [claim, JSON.stringify(payload[claim])]);
    return { isAuthorized: true, context: { sub: payload.sub, name: payload.name, ...Object.fromEntries(privileges) } };
  };
}
