/** Edge (Secrets Manager): reads the Mindset API key. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SecretAccessError, SecretNotFoundError, SecretUnavailableError, type TokenError } from "../errors.ts";
import { parseApiKey } from "./value.ts";

const NOT_FOUND = [
  "ResourceNotFoundException",
  "InvalidRequestException",
  "InvalidParameterException",
  "ValidationException",
];
const NO_ACCESS = [
  "AccessDeniedException",
  "DecryptionFailure",
  "CredentialsProviderError",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "ExpiredTokenException",
];

/** Longer than two attempts without a response, shorter than a caller should wait. */
const READ_TIMEOUT_MS = 3_500;

/**
 * Creates a reader of the secret, in the secret's own region.
 *
 * @param secretId ARN or name of the secret.
 * @returns a function that reads the key within 3.5 s (two attempts).
 *   Throws ApiKeyNotSetError, ApiKeyInvalidError, SecretAccessError, SecretNotFoundError or SecretUnavailableError.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function createSecretReader(secretId: string): () => Promise<string> {
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secretId)?.[1];
  const client = new SecretsManagerClient({
    ...(region && { region }),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
  });
  return async () => {
    const command = new GetSecretValueCommand({ SecretId: secretId });
    // The request timeout ends with the response headers; this one covers a body that never ends.
    const abortSignal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const secret = await client.send(command, { abortSignal }).catch((error) => {
      throw toTokenError(error);
    });
    return parseApiKey(secret.SecretString);
  };
}

function toTokenError(cause: unknown): TokenError {
  const name = cause instanceof Error ? cause.name : "";
  if (NOT_FOUND.includes(name)) {
    return new SecretNotFoundError("The secret does not exist, has no value, or is scheduled for deletion.", { cause });
  }
  if (NO_ACCESS.includes(name)) {
    return new SecretAccessError(
      "AWS denies the function access to the secret: check the function's role and the policies of the secret and its KMS key.",
      {
        cause,
      },
    );
  }
  return new SecretUnavailableError("Secrets Manager did not respond. Try again shortly.", { cause });
}
