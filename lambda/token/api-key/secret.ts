/** Edge (Secrets Manager): reads the Mindset API key. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SecretUnavailableError, TokenError } from "../errors.ts";
import { TLS_OPTIONS } from "../tls.ts";
import { toTokenError } from "./aws-errors.ts";
import { parseApiKey } from "./value.ts";

/**
 * Time for one of the two attempts. Long enough to connect within 1 s to the second address of a host, when the first
 * one does not respond.
 */
const ATTEMPT_MS = 2_400;
/** Longer than two attempts without a response and the pause between them, shorter than a caller should wait. */
const READ_TIMEOUT_MS = 5_000;
const MAX_PAUSE_MS = 100;

/**
 * Creates a reader of the secret, in the secret's own region.
 *
 * @param secretId ARN or name of the secret.
 * @param wait resolves after that many milliseconds.
 * @returns a function that reads the key within 5 s. If the first attempt fails because of an outage, it tries once more.
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
