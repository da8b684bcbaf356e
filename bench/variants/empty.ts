/** Variant (a): only Node and the runtime client. */
export async function handler() {
  return { statusCode: 200, body: "{}" };
}
