/** Edge (network): who reads the secret, and when, as the fake Secrets Manager sees it. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FakeSecretsManager } from "../../local/secrets-manager/server.ts";

/** A read of the secret; after an outage the function asks once more. */
export interface SecretRead {
  /** When its first call arrived, by the clock of the watch. */
  at: number;
  /** The access key that signed it. */
  accessKeyId: string;
  /** Calls that arrived for it. */
  calls: number;
}

/** A watch that goes on until `stop()`. */
export interface SecretReadWatch {
  /** In the order in which they began. */
  readonly reads: SecretRead[];
  stop(): void;
}

/** Begins to watch. */
export function watchSecretReads({ port }: FakeSecretsManager, now: () => number): SecretReadWatch {
  /** The last read of each access key, until it has its value. */
  const open = new Map<string, SecretRead>();
  const reads: SecretRead[] = [];

  function onRequest(message: unknown) {
    const accessKeyId = readerOf(message);
    if (accessKeyId === undefined) return;
    const failed = open.get(accessKeyId);
    if (failed?.calls === 1) {
      failed.calls = 2;
      return;
    }
    const read = { at: now(), accessKeyId, calls: 1 };
    open.set(accessKeyId, read);
    reads.push(read);
  }

  function onResponse(message: unknown) {
    const { response } = message as { response: ServerResponse };
    const accessKeyId = readerOf(message);
    if (accessKeyId !== undefined && response.statusCode === 200) open.delete(accessKeyId);
  }

  /** The access key of a request for the secret. */
  function readerOf(message: unknown): string | undefined {
    const { socket, headers } = (message as { request: IncomingMessage }).request;
    if (socket.localPort !== port || headers["x-amz-target"] !== "secretsmanager.GetSecretValue") return undefined;
    return /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1];
  }

  subscribe("http.server.request.start", onRequest);
  subscribe("http.server.response.finish", onResponse);
  return {
    reads,
    stop: () => {
      unsubscribe("http.server.request.start", onRequest);
      unsubscribe("http.server.response.finish", onResponse);
    },
  };
}

/** Milliseconds from the beginning of each read to that of the next. */
export function gapsBetween(reads: readonly SecretRead[]): number[] {
  return reads.slice(1).map(({ at }, i) => at - (reads[i]?.at ?? Number.NaN));
}
