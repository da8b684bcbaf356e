/** Pure: an error of the AWS SDK about credentials or region -> what is missing, and the command that helps. */

/**
 * @param error e.g. a `CredentialsProviderError` of an ended SSO session.
 * @param environment for the profile's name (`AWS_PROFILE`).
 * @returns e.g. ``"Your AWS SSO session has ended. Run: aws sso login --profile dev"``; undefined for other errors.
 */
export function credentialsAdvice(error: unknown, environment: Record<string, string | undefined>): string | undefined {
  const { name = "", message = "" } = Object(error) as { name?: string; message?: string };
  const profile = environment.AWS_PROFILE ? ` --profile ${environment.AWS_PROFILE}` : "";
  const isAboutCredentials = /^(CredentialsProviderError|TokenProviderError)$/.test(name);
  if (isAboutCredentials && /multi-factor|\bMFA\b/i.test(message)) return mfa(profile);
  if (isAboutCredentials && /\bSSO\b|token is expired/i.test(message)) {
    return `Your AWS SSO session has ended. Run: aws sso login${profile}`;
  }
  if (isAboutCredentials) return noCredentials(profile);
  if (/^(ExpiredToken|ExpiredTokenException|RequestExpired)$/.test(name)) {
    return `Your AWS credentials have expired. Get new ones, for example with: aws sso login${profile}`;
  }
  if (/^(UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|IncompleteSignature)$/.test(name)) {
    return `AWS does not accept your credentials (${name}). See which ones are used: aws configure list${profile}`;
  }
  if (/^Region is missing/.test(message)) {
    return "No AWS region is set. Use the secret's ARN as --secret-id, or set AWS_REGION.";
  }
  return undefined;
}

function mfa(profile: string): string {
  return `Your AWS profile needs an MFA code, which this command cannot ask for. Let the AWS CLI ask for it, then run this again:
eval "$(aws configure export-credentials${profile} --format env)"`;
}

function noCredentials(profile: string): string {
  return profile
    ? `The AWS profile gives no credentials. See what is missing: aws configure list${profile}`
    : "No AWS credentials were found. Run: aws sso login (or aws configure), or set AWS_PROFILE to the profile to use.";
}
