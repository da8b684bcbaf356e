/** Pure: the payload of a JWT as the claims that API Gateway passes to a function, where every value is a string. */

/**
 * Converts claims as the JWT authorizer of an HTTP API does. AWS does not document it, and it was not compared with AWS.
 *
 * Strings stay as they are, numbers keep their digits, booleans become `"true"` or `"false"`, arrays become `"[a b]"`,
 * objects become JSON, and null is left out.
 *
 * @param payload the JSON text of a verified token, e.g. `{"sub":"u-42","exp":1700000000,"groups":["a","b"]}`.
 * @returns e.g. `{ sub: "u-42", exp: "1700000000", groups: "[a b]" }`.
 */
export function toClaimStrings(payload: string): Record<string, string> {
  const claims = Object.entries(parseKeepingDigits(payload)).filter(([, value]) => value !== null);
  return Object.fromEntries(claims.map(([name, value]) => [name, toClaimString(value)]));
}

/** `JSON.parse` would round integers above 2^53, which some providers use as ids: two users would become one. */
function parseKeepingDigits(text: string): Record<string, unknown> {
  return parse(text, (_name, value, { source }) =>
    typeof value === "number" && /^-?\d+$/.test(source) ? rawJSON(source) : value,
  );
}

function toClaimString(value: unknown): string {
  if (typeof value === "string") return value;
  if (isRawJSON(value)) return value.rawJSON;
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value).toString() : String(value);
  if (Array.isArray(value)) return `[${value.map(toClaimString).join(" ")}]`;
  return JSON.stringify(value);
}

/** Functions of Node 24 that TypeScript's library does not declare yet. */
const { parse, rawJSON, isRawJSON } = JSON as unknown as {
  parse<T>(text: string, reviver: (name: string, value: unknown, at: { source: string }) => unknown): T;
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): value is { rawJSON: string };
};
