/** Pure: JWT claims as API Gateway hands them to a function, every value a string. */

/**
 * Flattens claims the way an HTTP API's JWT authorizer was measured to do it.
 *
 * Strings stay, numbers and booleans become text, arrays become `"[a b]"`, objects their JSON, and null is left out.
 *
 * @param claims the payload of a verified JWT, e.g. `{ sub: "u-42", exp: 1700000000, groups: ["a", "b"] }`.
 * @returns e.g. `{ sub: "u-42", exp: "1700000000", groups: "[a b]" }`.
 */
export function toClaimStrings(claims: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, toClaimString(value)]),
  );
}

function toClaimString(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return toDecimal(value);
  if (Array.isArray(value)) return `[${value.map(toClaimString).join(" ")}]`;
  return JSON.stringify(value);
}

/** Without an exponent: 1e21 is written out, as a claim such as `exp` is read as an integer. */
function toDecimal(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
