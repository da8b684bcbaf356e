/**
 * Edge (environment): AWS credentials as Lambda provides them, in variables.
 *
 * The bundle has this module in place of `@aws-sdk/credential-provider-node`, whose chain of profiles, SSO and
 * metadata services a Lambda function never needs and would load at every cold start (lib/function-bundle.ts).
 */

/**
 * Stands in for the SDK's `defaultProvider`. The client remembers what it gives, as it does with the SDK's own provider of
 * variables: they have no date of expiry.
 */
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
