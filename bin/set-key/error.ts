/** Pure: what the operator is told when it is not certain that a key was stored. */

/** `message` says whether anything was stored, or that this is not known, why, and what to do; it never holds a key. */
export class SetKeyError extends Error {
  override readonly name = "SetKeyError";
}
