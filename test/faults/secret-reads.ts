/** Edge (network): who reads the secret, and when, as the fake Secrets Manager sees it. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import type { FakeSecretsManager } from "../../local/secrets-manager/server.ts";

/** A read of the secret; the AWS SDK may ask twice for it. */
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
  const byInvocation = new Map<string, SecretRead>();
  const reads: SecretRead[] = [];
  function onRequest(message: unknown) {
    const { socket, headers } = (message as { request: IncomingMessage }).request;
    if (socket.localPort !== port || headers["x-amz-target"] !== "secretsmanager.GetSecretValue") return;
    const invocation = String(headers["amz-sdk-invocation-id"]); // the same for every call of a read
    const known = byInvocation.get(invocation);
    if (known) {
      known.calls += 1;
      return;
    }
    const [, accessKeyId = ""] = /Credential=([^/]+)/.exec(headers.authorization ?? "") ?? [];
    const read = { at: now(), accessKeyId, calls: 1 };
    byInvocation.set(invocation, read);
    reads.push(read);
  }
  subscribe("http.server.request.start", onRequest);
  return { reads, stop: () => void unsubscribe("http.server.request.start", onRequest) };
}

/** Milliseconds from the beginning of each read to that of the next. */
export function gapsBetween(reads: readonly SecretRead[]): number[] {
  return reads.slice(1).map(({ at }, i) => at - (reads[i]?.at ?? Number.NaN));
}
