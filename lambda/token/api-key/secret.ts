/** Edge (Secrets Manager): reads the Mindset API key. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SecretAccessError, SecretNotFoundError, SecretUnavailableError, TokenError } from "../errors.ts";
import { TLS_OPTIONS } from "../tls.ts";
import { parseApiKey } from "./value.ts";

// The two lists are permanent errors: the secret or access to it was removed, and the cached key must not be
// used any longer. Everything else counts as an outage, which ends by itself: no response, 5xx, throttling, and also
// expired credentials and invalid signatures, which say something about this instance and its clock, not the secret.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html

/** The secret is deleted, scheduled for deletion (InvalidRequest), has no value, or its name is not valid. */
const NOT_FOUND = [
  "ResourceNotFoundException",
  "InvalidRequestException",
  "InvalidParameterException",
  "ValidationException",
  "ValidationError",
];
/** The role may not read the secret or use its KMS key, the KMS key is disabled or deleted, or the role is gone. */
const NO_ACCESS = [
  "NotAuthorized",
  "OptInRequired",
  "DecryptionFailure",
  "CredentialsProviderError",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
];
/** AccessDeniedException, and errors of KMS by its own names: KMSDisabledException, KMSInvalidStateException, ... */
const REFUSAL = /^(KMS\.?)?(AccessDenied|Disabled|InvalidState|NotFound|InvalidKeyUsage)(Exception)?$/;

/** Of two. Long enough to connect within 1 s to the second address of a host, when the first one does not respond. */
const ATTEMPT_MS = 2_400;
/** Longer than two attempts without a response and the pause between them, shorter than a caller should wait. */
const READ_TIMEOUT_MS = 5_000;
const MAX_PAUSE_MS = 100;

/**
 * Creates a reader of the secret, in the secret's own region.
 *
 * @param secretId ARN or name of the secret.
 * @param wait resolves after that many milliseconds.
 * @returns a function that reads the key within 5 s. After an outage it tries once more.
 *   Throws ApiKeyNotSetError, ApiKeyInvalidError, SecretAccessError, SecretNotFoundError or SecretUnavailableError.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function createSecretReader(secretId: string, wait = timer): () => Promise<string> {
  const client = new SecretsManagerClient({
    region: /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secretId)?.[1],
    maxAttempts: 1, // the SDK would not retry a broken TLS handshake
    requestHandler: {
      requestTimeout: ATTEMPT_MS,
      throwOnRequestTimeout: true,
      // Not kept alive: the next read is minutes away, and something on the way may drop an idle connection silently.
      httpsAgent: { keepAlive: false, ...TLS_OPTIONS },
      httpAgent: { keepAlive: false },
    },
  });

  async function attempt(abortSignal: AbortSignal): Promise<string> {
    try {
      const command = new GetSecretValueCommand({ SecretId: secretId });
      const { SecretString, SecretBinary } = await client.send(command, { abortSignal });
      if (SecretString === undefined && SecretBinary === undefined) throw new Error("The response holds no secret.");
      return parseApiKey(SecretString);
    } catch (error) {
      throw error instanceof TokenError ? error : toTokenError(error);
    }
  }

  return async () => {
    // The attempt's timeout ends with the response headers; this one covers a body that never ends.
    const abortSignal = AbortSignal.timeout(READ_TIMEOUT_MS);
    try {
      return await attempt(abortSignal);
    } catch (error) {
      if (!(error instanceof SecretUnavailableError)) throw error;
      await wait(Math.random() * MAX_PAUSE_MS);
      return attempt(abortSignal);
    }
  };
}

function timer(ms: number): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function toTokenError(cause: unknown): TokenError {
  const name = cause instanceof Error ? cause.name : "";
  if (NOT_FOUND.includes(name)) {
    return new SecretNotFoundError("The secret does not exist, has no value, or is scheduled for deletion.", { cause });
  }
  if (NO_ACCESS.includes(name) || REFUSAL.test(name)) {
    return new SecretAccessError(
      "AWS denies access to the secret: check the function's role, and the policies of the secret and its KMS key.",
      { cause },
    );
  }
  return new SecretUnavailableError("Secrets Manager is not available. Try again shortly.", { cause });
}
