/** Pure: checks that an id in the path is the caller's own. */
import { ownProperty } from "../../find-claim.ts";
import { IdentityMismatchError } from "../errors.ts";
import type { Caller } from "./identity.ts";

/**
 * Refuses a path with another user's id: `GET /api/getusertoken/{currentUserId}` serves only the caller's own.
 *
 * @param event a payload-2.0 event; on the other routes there is nothing to compare.
 * @throws IdentityMismatchError when the id is neither the caller's subject nor its id at Mindset.
 */
export function assertPathIsCallers(event: unknown, { subject, mindsetUser }: Caller): void {
  const named = ownProperty(event, "pathParameters", "currentUserId");
  if (named === undefined && !String(ownProperty(event, "routeKey")).endsWith("/{currentUserId}")) return;
  const ids = [subject, ...Object.values(mindsetUser)];
  if (!ids.some((id) => id === named || id === decoded(named))) {
    throw new IdentityMismatchError("The id in the path is not yours: a token is only given for the signed-in user.");
  }
}

// API Gateway decodes path parameters; some clients encode them twice.
function decoded(pathParameter: unknown): string | undefined {
  try {
    return decodeURIComponent(String(pathParameter));
  } catch {
    return undefined;
  }
}
