/** Edge (network): AWS Secrets Manager, as far as reading and storing values; it also gives trouble on demand. */
import { setTimeout as sleep } from "node:timers/promises";
import { sendReply } from "../http/reply.ts";
import { readBody } from "../http/request-body.ts";
import { type LocalServer, type ServerOptions, startServer } from "../http/server.ts";
import {
  type AwsError,
  getSecretValue,
  operationOf,
  putSecretValue,
  type Secrets,
  toErrorReply,
  toSecretVersion,
} from "./protocol.ts";

const MAX_BODY_BYTES = 128 * 1024; // a secret may have 64 KB, and is escaped in JSON

/** What happens instead of an answer: an error of AWS, a wait before it, silence for ever, at once or after the headers. */
export type SecretsManagerFault = AwsError | { delayMs: number } | { silence: true } | { stalled: true };

/** What {@link startSecretsManager} needs. */
export interface SecretsManagerOptions extends Pick<ServerOptions, "host" | "port"> {
  /** The secrets' values by name or ARN. */
  secrets: Readonly<Record<string, string>>;
}

/** A stand-in for Secrets Manager that is running. */
export interface FakeSecretsManager extends LocalServer {
  /** How many times GetSecretValue was asked so far, whatever the answer. */
  reads(): number;
  /** The current value of a secret; undefined when it is bytes. */
  secretString(id: string): string | undefined;
  /** Stores a new version. */
  setSecretString(id: string, value: string): void;
  /** Stores a new version that is bytes. */
  setSecretBinary(id: string, value: Uint8Array): void;
  /**
   * Gives trouble from now on to whoever reads; a function decides for each read by its number, which begins with 1.
   *
   * @example fail({ error: "ThrottlingException" })
   * @example fail((read) => (read % 2 ? { delayMs: 200 } : undefined))
   */
  fail(trouble: SecretsManagerFault | ((read: number) => SecretsManagerFault | undefined)): void;
  /** No more trouble. */
  recover(): void;
}

/** Starts the stand-in. */
export async function startSecretsManager(options: SecretsManagerOptions): Promise<FakeSecretsManager> {
  const { host, port, secrets } = options;
  const versions: Secrets = new Map();
  function setSecretString(id: string, value: string) {
    return void versions.set(id, toSecretVersion(id, { SecretString: value }));
  }
  for (const [id, value] of Object.entries(secrets)) setSecretString(id, value);
  let reads = 0;
  let troubleOf: (read: number) => SecretsManagerFault | undefined = () => undefined;

  const server = await startServer({
    ...(host && { host }),
    port,
    listener: async (request, response) => {
      const operation = operationOf(request.headers);
      if (typeof operation !== "string") return sendReply(response, operation);
      if (operation === "PutSecretValue") {
        return sendReply(response, putSecretValue(versions, await readBody(request, MAX_BODY_BYTES)));
      }

      reads += 1;
      const trouble = troubleOf(reads);
      const body = await readBody(request, MAX_BODY_BYTES);
      if (trouble && "silence" in trouble) return;
      if (trouble && "stalled" in trouble) return response.writeHead(200, { "content-length": 64 }).flushHeaders();
      if (trouble && "delayMs" in trouble) await sleep(trouble.delayMs);
      sendReply(response, trouble && "error" in trouble ? toErrorReply(trouble) : getSecretValue(versions, body));
    },
  });
  return {
    ...server,
    reads: () => reads,
    secretString: (id) => versions.get(id)?.SecretString,
    setSecretString,
    setSecretBinary: (id, value) =>
      void versions.set(id, toSecretVersion(id, { SecretBinary: Buffer.from(value).toString("base64") })),
    fail: (trouble) => {
      troubleOf = typeof trouble === "function" ? trouble : () => trouble;
    },
    recover: () => {
      troubleOf = () => undefined;
    },
  };
}
