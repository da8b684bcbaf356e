/** Pure: a claim, in any shape that an authorizer passes -> its values. */

/** Who verified the claims: API Gateway's JWT authorizer, or a Lambda authorizer. */
export type ClaimsSource = "jwt" | "lambda";

/**
 * @param claim from API Gateway's JWT authorizer text: `"staff"`, or a list as `"[staff ops]"`; from a Lambda authorizer
 *   JSON text such as `'"staff"'` or `'["staff","ops"]'`, plain text, or a list.
 * @returns each value once, e.g. `["staff", "ops"]`; nothing for objects, nested lists and empty values.
 */
export function claimValues(claim: unknown, source: ClaimsSource): string[] {
  const value = typeof claim !== "string" ? claim : source === "jwt" ? fromGatewayText(claim) : fromJsonText(claim);
  const values = (Array.isArray(value) ? value : [value]).flatMap(toText);
  return [...new Set(values)];
}

/** A list ["a b","c"] cannot be distinguished from ["a","b","c"] here: each word counts as a value. */
function fromGatewayText(text: string): string | string[] {
  if (!text.startsWith("[") || !text.endsWith("]")) return text;
  const items = text.slice(1, -1);
  return /[[\]]/.test(items) ? [] : items.split(" "); // a nested list has no values
}

/** Only quotes and brackets make text JSON: `42` and `true` are literal values. */
function fromJsonText(text: string): unknown {
  if (!/^["[{]/.test(text)) return text === "null" ? [] : text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toText(value: unknown): string[] {
  const isScalar = typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value);
  return isScalar && value !== "" ? [String(value)] : [];
}
