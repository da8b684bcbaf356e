/** Pure: rejects tokens that do not represent a signed-in user: an application's own tokens, and ID tokens. */
import { ownProperty } from "../../find-claim.ts";
import { USERS_ONLY_CLAIMS } from "../../sign-in-settings.ts";
import { NotAUserTokenError } from "../errors.ts";

type Claims = Partial<Record<(typeof USERS_ONLY_CLAIMS)[number], unknown>>;

/**
 * @param verified e.g. `{ sub: "u-42", azp: "web" }`.
 * @param subject the value of the identity claim, which may be another than `sub`.
 * @throws NotAUserTokenError for an application's own token and, unless they are accepted, for an ID token.
 */
export function assertUserToken(verified: object, subject: unknown, { acceptIdTokens = false } = {}): void {
  const claims: Claims = Object.fromEntries(USERS_ONLY_CLAIMS.map((name) => [name, ownProperty(verified, name)]));
  if (isApplication(claims) || endsIn(subject, "@clients")) {
    throw new NotAUserTokenError("Sign in as a user: this is a token that an application got for itself.");
  }
  if (!acceptIdTokens && isIdToken(claims)) {
    throw new NotAUserTokenError("Send the access token: this is an ID token.");
  }
}

function isApplication({ sub, client_id, azp, cid, appid, oid, scp, gty, idtyp, preferred_username }: Claims): boolean {
  return (
    gty === "client-credentials" || // Auth0
    endsIn(sub, "@clients") ||
    idtyp === "app" || // Entra ID, as is the rule about oid
    (oid !== undefined && oid === sub && scp === undefined) ||
    (sub !== undefined && [client_id, azp, cid, appid].includes(sub)) || // Cognito, Okta and others
    (typeof preferred_username === "string" && preferred_username.startsWith("service-account-")) // Keycloak
  );
}

/** Cognito and Keycloak mark ID tokens; the hashes bind an ID token to a code or an access token. */
function isIdToken({ token_use, typ, at_hash, c_hash }: Claims): boolean {
  return token_use === "id" || typ === "ID" || at_hash !== undefined || c_hash !== undefined;
}

function endsIn(value: unknown, end: string): boolean {
  return typeof value === "string" && value.endsWith(end);
}
