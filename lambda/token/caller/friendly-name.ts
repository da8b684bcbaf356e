/** Pure: the name in a claim or a body -> a name that Mindset takes. */

const MAX_CODE_POINTS = 100;

/**
 * @param name e.g. `" Ada Lovelace\n"`; anything but a string counts as absent.
 * @returns e.g. `"Ada Lovelace"`: trimmed, well-formed, without control characters, at most 100 code points;
 *   undefined when nothing is left.
 */
export function toFriendlyName(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  const clean = name
    .toWellFormed()
    .replace(/\p{Cc}/gu, "")
    .trim();
  // A code point is at most two UTF-16 units: the slice keeps the split below cheap for a name of any length.
  const short = [...clean.slice(0, 2 * MAX_CODE_POINTS)].slice(0, MAX_CODE_POINTS).join("").trimEnd();
  return short === "" ? undefined : short;
}
