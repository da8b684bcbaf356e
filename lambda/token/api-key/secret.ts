/** Edge (Secrets Manager): the secret -> the Mindset API key, or why there is none. */
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

/** More than two attempts take that stay without an answer, less than a caller should wait. */
const WHOLE_READ_MS = 3_500;

/**
 * Connects to Secrets Manager in the secret's own region.
 *
 * @param secretId ARN or name of the secret.
 * @returns a function that reads the key afresh, within 3.5 s (two attempts).
 *   It throws ApiKeyNotSetError, ApiKeyInvalidError, SecretAccessError, SecretNotFoundError or SecretUnavailableError.
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
    // The request timeout ends when the answer begins; this one is for an answer that never ends.
    const abortSignal = AbortSignal.timeout(WHOLE_READ_MS);
    const secret = await client.send(command, { abortSignal }).catch((error) => {
      throw toTokenError(error);
    });
    return parseApiKey(secret.SecretString);
  };
}

function toTokenError(cause: unknown): TokenError {
  const name = cause instanceof Error ? cause.name : "";
  if (NOT_FOUND.includes(name)) {
    return new SecretNotFoundError("The secret does not exist, has no value or is being deleted.", { cause });
  }
  if (NO_ACCESS.includes(name)) {
    return new SecretAccessError("AWS does not let the function read the secret: check its role, and the KMS key's.", {
      cause,
    });
  }
  return new SecretUnavailableError("Secrets Manager did not answer; try again shortly.", { cause });
}
