/**
 * Edge (environment): reads AWS credentials from the environment variables that Lambda sets.
 *
 * Replaces `@aws-sdk/credential-provider-node` in the bundle (see README.md).
 */

/** Replaces the SDK's `defaultProvider`. The client caches the result, because it has no expiration date. */
export function defaultProvider() {
  return async () => {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    } = process.env;
    if (!accessKeyId || !secretAccessKey) {
      throw Object.assign(new Error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"), {
        name: "CredentialsProviderError",
      });
    }
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  };
}
