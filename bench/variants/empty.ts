/** Variant (a): Node and the runtime client alone. */
export async function handler() {
  return { statusCode: 200, body: "{}" };
}
