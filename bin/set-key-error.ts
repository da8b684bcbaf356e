/** Pure: what the operator is told when a key is not stored. */

/** Nothing was stored; `message` says why and what to do, and never holds a key. */
export class SetKeyError extends Error {
  override readonly name = "SetKeyError";
}
