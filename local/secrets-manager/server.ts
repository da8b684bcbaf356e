/** Edge (network): a fake AWS Secrets Manager that reads and stores values, and fails on demand. */
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

/** What happens instead of a response: an error, a delay before the response, no response, or headers without a body. */
export type SecretsManagerFault = AwsError | { delayMs: number } | { silence: true } | { stalled: true };

/** Options of {@link startSecretsManager}. */
export interface SecretsManagerOptions extends Pick<ServerOptions, "host" | "port"> {
  /** The values of the secrets by name or ARN. */
  secrets: Readonly<Record<string, string>>;
  /** The only access key that may read the secrets; with it none may write. @default - any may read and write */
  accessKeyId?: string;
}

/** A running fake Secrets Manager. */
export interface FakeSecretsManager extends LocalServer {
  /** The number of GetSecretValue requests so far, failed ones included. */
  reads(): number;
  /** The current value of a secret; undefined if it is binary. */
  secretString(id: string): string | undefined;
  /** Stores a new version. */
  setSecretString(id: string, value: string): void;
  /** Stores a new binary version. */
  setSecretBinary(id: string, value: Uint8Array): void;
  /**
   * Makes reads fail from now on. A function decides for each read, by its number from 1.
   *
   * @example fail({ error: "ThrottlingException" })
   * @example fail((read) => (read % 2 ? { delayMs: 200 } : undefined))
   */
  fail(fault: SecretsManagerFault | ((read: number) => SecretsManagerFault | undefined)): void;
  /** Ends the faults. */
  recover(): void;
}

/** Starts the fake Secrets Manager. */
export async function startSecretsManager(options: SecretsManagerOptions): Promise<FakeSecretsManager> {
  const { host, port, secrets, accessKeyId } = options;
  const versions: Secrets = new Map();
  function setSecretString(id: string, value: string) {
    return void versions.set(id, toSecretVersion(id, { SecretString: value }));
  }
  for (const [id, value] of Object.entries(secrets)) setSecretString(id, value);
  let reads = 0;
  let faultOf: (read: number) => SecretsManagerFault | undefined = () => undefined;

  const server = await startServer({
    host,
    port,
    listener: async (request, response) => {
      const operation = operationOf(request.headers, accessKeyId);
      if (typeof operation !== "string") return sendReply(response, operation);
      if (operation === "PutSecretValue") {
        return sendReply(response, putSecretValue(versions, await readBody(request, MAX_BODY_BYTES)));
      }

      reads += 1;
      const fault = faultOf(reads);
      const body = await readBody(request, MAX_BODY_BYTES);
      if (fault && "silence" in fault) return;
      if (fault && "stalled" in fault) return response.writeHead(200, { "content-length": 64 }).flushHeaders();
      if (fault && "delayMs" in fault) await sleep(fault.delayMs);
      sendReply(response, fault && "error" in fault ? toErrorReply(fault) : getSecretValue(versions, body));
    },
  });
  return {
    ...server,
    reads: () => reads,
    secretString: (id) => versions.get(id)?.SecretString,
    setSecretString,
    setSecretBinary: (id, value) =>
      void versions.set(id, toSecretVersion(id, { SecretBinary: Buffer.from(value).toString("base64") })),
    fail: (fault) => {
      faultOf = typeof fault === "function" ? fault : () => fault;
    },
    recover: () => {
      faultOf = () => undefined;
    },
  };
}
