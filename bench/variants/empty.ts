/** Variant (a): Node and the runtime client alone. */
export const handler = async () => ({ statusCode: 200, body: "{}" });
