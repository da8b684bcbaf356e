/** Edge (Secrets Manager): reads and writes one secret, and waits for neither without end. */
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** One secret. Errors are those of the AWS SDK; how long AWS may take is limited. */
export interface SecretClient {
  /** The present value; `""` when there is none yet, or when it is bytes. */
  read(): Promise<string>;
  /** Stores a value. After an error other than {@link isRefusal} it may be stored all the same. */
  write(value: string): Promise<void>;
}

/** More than two attempts take that stay without an answer. */
const WHOLE_STEP_MS = 10_000;

/**
 * Connects to Secrets Manager in the secret's own region or that of the environment or profile.
 *
 * @param secretId ARN or name.
 */
export function createSecretClient(secretId: string): SecretClient {
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secretId)?.[1];
  const client = new SecretsManagerClient({
    ...(region && { region }),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
  });
  /** The clock starts with credentials at hand: getting them may need the operator, for a sign-in or a second factor. */
  async function startClock() {
    await client.config.credentials();
    return { abortSignal: AbortSignal.timeout(WHOLE_STEP_MS) };
  }
  return {
    read: async () => {
      const command = new GetSecretValueCommand({ SecretId: secretId });
      try {
        return (await client.send(command, await startClock())).SecretString ?? "";
      } catch (error) {
        if (hasNoValueYet(error as Error)) return "";
        throw error;
      }
    },
    write: async (value) => {
      const command = new PutSecretValueCommand({ SecretId: secretId, SecretString: value });
      await client.send(command, await startClock());
    },
  };
}

/** AWS has one error for a secret that does not exist and for one without a value; only their messages differ. */
function hasNoValueYet({ name, message }: Error): boolean {
  return name === "ResourceNotFoundException" && message.includes("staging label");
}

/**
 * Whether AWS itself said no (4xx) to the only attempt, so that nothing was done. A no to a second attempt tells nothing
 * of the first, and one in words that are not AWS's may be a proxy's.
 */
export function isRefusal(error: unknown): boolean {
  const { $fault, $metadata, name } = Object(error);
  return $fault === "client" && $metadata?.attempts === 1 && name !== "Unknown";
}

/** What an error is called, e.g. `AccessDeniedException` or `ECONNRESET`; never its message, which may hold a value. */
export function nameOf(error: unknown): string {
  const { code, name } = Object(error);
  return typeof code === "string" ? code : String(name);
}

/** Whether there was no answer at all, for want of time or of a connection. */
export function isSilence(error: unknown): boolean {
  return /^(E[A-Z_]+|AbortError|TimeoutError)$/.test(nameOf(error));
}
