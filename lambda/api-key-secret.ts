/** Edge (Secrets Manager): the secret's value -> the Mindset API key, or why there is none. */
import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { API_KEY_PLACEHOLDER } from "./contract.ts";
import {
  ApiKeyInvalidError,
  ApiKeyNotSetError,
  SecretAccessError,
  SecretNotFoundError,
  SecretUnavailableError,
  type TokenError,
} from "./errors.ts";

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
export const createSecretReader = (secretId: string): (() => Promise<string>) => {
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
    return parseApiKey(secret);
  };
};

/**
 * @param secret with the bare key or `{"apiKey":"..."}` as its string; white space around the key is a slip of the hand.
 * @throws ApiKeyNotSetError while the secret holds the stack's placeholder.
 * @throws ApiKeyInvalidError for anything that cannot be a key; the message says what, never the value.
 */
export const parseApiKey = ({ SecretString: text }: Pick<GetSecretValueCommandOutput, "SecretString">): string => {
  if (text === undefined) throw invalid("is binary, not text");
  const value = text.trim(); // also takes off the byte order mark that some editors and shells put there
  const key = value.startsWith("{") ? apiKeyField(value) : value;
  if (key === API_KEY_PLACEHOLDER) {
    throw new ApiKeyNotSetError(
      "The API key is not set yet: put Mindset's key into the secret (see SetApiKeyCommand).",
    );
  }
  if (key === "") throw invalid("is empty");
  if (!/^[\x21-\x7e]*$/.test(key)) throw invalid("holds characters other than printable ASCII");
  if (key.length > 512) throw invalid("is longer than 512 characters");
  return key;
};

const apiKeyField = (text: string): string => {
  const fields = parseJson(text);
  const key = fields && Object.hasOwn(fields, "apiKey") ? (fields as { apiKey: unknown }).apiKey : undefined;
  if (typeof key !== "string") throw invalid('is JSON without a string "apiKey"');
  return key.trim();
};

const parseJson = (text: string): object | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("begins like JSON and is none");
  }
};

const invalid = (what: string): ApiKeyInvalidError =>
  new ApiKeyInvalidError(`The secret ${what}: store Mindset's API key alone, or {"apiKey":"..."}.`);

const toTokenError = (cause: unknown): TokenError => {
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
};
