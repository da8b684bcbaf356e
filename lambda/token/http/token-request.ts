/** Pure: the JSON body of a request -> TokenRequest. */
import { toFriendlyName } from "../caller/friendly-name.ts";
import { InvalidRequestError } from "../errors.ts";

/** What a caller may choose. */
export interface TokenRequest {
  /** Sent when the sign-in has no name. Mindset uses it only when it creates the user. */
  name: string | undefined;
}

const IDENTITY_FIELDS = ["externalId", "userEmail", "email", "accountUids", "externalTenantId"];
// Field names that the message to the caller may repeat. The log repeats none, because a name may hold anything.
const PRINTABLE_FIELD = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Checks the parsed JSON body.
 *
 * @param body e.g. `{ name: "Ada Lovelace" }`; undefined (no body) is the same as `{}`.
 * @throws InvalidRequestError when it is not an object, or has a field that callers may not set.
 */
export function parseTokenRequest(body: unknown = {}): TokenRequest {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new InvalidRequestError('Send a JSON object such as {"name":"Ada Lovelace"}, or no body.');
  }
  const { name, ...others } = body as Record<string, unknown>;
  assertNoOtherFields(Object.keys(others));
  if (name !== undefined && name !== null && typeof name !== "string") {
    throw new InvalidRequestError('The field "name" must be a string or null.');
  }
  return { name: toFriendlyName(name) };
}

function assertNoOtherFields(fields: string[]): void {
  const identityField = fields.find((field) => IDENTITY_FIELDS.includes(field));
  if (identityField !== undefined) {
    throw new InvalidRequestError(
      `Remove the field "${identityField}": identity comes from the sign-in, not the body.`,
    );
  }
  const [unknownField] = fields;
  if (unknownField === undefined) return;
  const named = PRINTABLE_FIELD.test(unknownField) ? `the field "${unknownField}"` : "every other field";
  throw new InvalidRequestError('The body has a field other than "name".', {
    publicMessage: `Remove ${named}: the body may only hold "name".`,
  });
}
