/** Reads and writes one secret (Secrets Manager), with a limit on every wait. */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { connectionOptions } from "./connection.ts";
import { SetKeyError, type SetKeySettings } from "./settings.ts";

/** One secret. Errors are those of the AWS SDK, or a SetKeyError before anything is sent. */
export interface SecretClient {
  /** The present value; `""` when it has not been set yet, or when it is binary. */
  read(): Promise<string>;
  /** Stores a value. After an error other than {@link isRefusal} it may be stored all the same. */
  write(value: string): Promise<void>;
}

/** How long to wait, in milliseconds. */
export interface SecretLimits {
  /** For one attempt. The SDK makes two. */
  connectMs: number;
  answerMs: number;
  /** For reading or writing as a whole. */
  stepMs: number;
}

const LIMITS: SecretLimits = { connectMs: 3_000, answerMs: 4_000, stepMs: 10_000 };

/** Connects to Secrets Manager in the region of the secret's ARN, or else of the environment or profile. */
export function createSecretClient(
  { apiKeySecretId, endpointOk }: Pick<SetKeySettings, "apiKeySecretId" | "endpointOk">,
  limits = LIMITS,
): SecretClient {
  const client = new SecretsManagerClient({
    region: /^arn:[^:]+:secretsmanager:([^:]+):/.exec(apiKeySecretId)?.[1],
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: limits.connectMs,
      requestTimeout: limits.answerMs,
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent(connectionOptions()),
      httpsAgent: new HttpsAgent(connectionOptions()),
    },
  });
  if (!endpointOk) refuseForeignEndpoints(client);
  /** The clock starts once the credentials are there: a sign-in may take the operator a while. */
  async function startClock() {
    await client.config.credentials();
    return { abortSignal: AbortSignal.timeout(limits.stepMs) };
  }
  return {
    read: async () => {
      const command = new GetSecretValueCommand({ SecretId: apiKeySecretId });
      try {
        return (await client.send(command, await startClock())).SecretString ?? "";
      } catch (error) {
        if (hasNoValueYet(error as Error)) return "";
        throw error;
      }
    },
    write: async (value) => {
      const command = new PutSecretValueCommand({ SecretId: apiKeySecretId, SecretString: value });
      await client.send(command, await startClock());
    },
  };
}

/** An endpoint may be set in the environment or in a profile; what counts is where a request is about to go. */
function refuseForeignEndpoints({ middlewareStack }: SecretsManagerClient): void {
  middlewareStack.add(
    (next) => (args) => {
      const { protocol, hostname, port } = args.request as { protocol: string; hostname: string; port?: number };
      if (protocol !== "https:" || !AWS_HOST.test(hostname)) {
        throw new SetKeyError(foreignEndpoint(`${protocol}//${hostname}${port ? `:${port}` : ""}`));
      }
      return next(args);
    },
    { step: "build", name: "refuseForeignEndpoints" },
  );
}

/** Secrets Manager itself, e.g. `secretsmanager.eu-west-1.amazonaws.com`, or a VPC endpoint of it. */
const AWS_HOST =
  /^(?:[a-z0-9-]+\.)?secretsmanager(?:-fips)?\.[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws|api\.amazonwebservices\.com\.cn|c2s\.ic\.gov|sc2s\.sgov\.gov)$/;

function foreignEndpoint(url: string): string {
  return `Secrets Manager is set to ${url}, which is not AWS's, and the key would be stored there. Nothing was stored.
Unset AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_SECRETS_MANAGER (or endpoint_url in your AWS profile), or add --endpoint-ok.`;
}

/** AWS has one error for a secret that does not exist and for one without a value; only their messages differ. */
function hasNoValueYet({ name, message }: Error): boolean {
  return name === "ResourceNotFoundException" && message.includes("staging label");
}

/**
 * Whether AWS itself rejected (4xx) the only attempt, so that nothing was done. A rejected second attempt says nothing
 * about the first, and an error that AWS does not know may be a proxy's.
 */
export function isRefusal(error: unknown): boolean {
  const { $fault, $metadata, name } = Object(error);
  return $fault === "client" && $metadata?.attempts === 1 && name !== "Unknown";
}

/** The name of an error, e.g. `AccessDeniedException` or `ECONNRESET`; never its message, which may hold a value. */
export function errorName(error: unknown): string {
  const { code, name } = Object(error);
  return typeof code === "string" ? code : String(name);
}

/** Whether no answer came, for lack of time or of a connection. */
export function isSilence(error: unknown): boolean {
  return /^(E[A-Z_]+|AbortError|TimeoutError)$/.test(errorName(error));
}
