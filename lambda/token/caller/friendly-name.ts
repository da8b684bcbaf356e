/** Pure: the name in a claim or a body -> a name that Mindset accepts. */

const MAX_CODE_POINTS = 100;

// Control characters, bidirectional controls, zero-width characters except the joiner, line separators, and tags, which
// spell invisible text. Ranges, because \p{Cf} takes 2 ms to compile.
const INVISIBLE =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const JOINER = "\u200d";
const JOINER_OUTSIDE_EMOJI = /(?<!\p{ExtPict}[\ufe0f\p{EMod}]?)\u200d|\u200d(?!\p{ExtPict})/gu;

/**
 * @param name e.g. `" Ada Lovelace\n"`; anything but a string counts as absent.
 * @returns e.g. `"Ada Lovelace"`: trimmed, well-formed, without invisible characters, at most 100 code points;
 *   undefined when nothing is left.
 */
export function toFriendlyName(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  // A code point is at most two UTF-16 units: the slice keeps the split below cheap for a name of any length.
  const visible = name
    .toWellFormed()
    .replace(INVISIBLE, "")
    .trim()
    .slice(0, 2 * MAX_CODE_POINTS);
  const short = [...visible].slice(0, MAX_CODE_POINTS).join("");
  const clean = (short.includes(JOINER) ? short.replace(JOINER_OUTSIDE_EMOJI, "") : short).trim();
  return clean === "" ? undefined : clean;
}
