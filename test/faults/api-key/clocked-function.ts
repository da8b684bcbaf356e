/** The real function, except that a test moves the clock of its API key. */
import { ApiKeyCache } from "../../../lambda/token/api-key/cache.ts";
import { createSecretReader } from "../../../lambda/token/api-key/secret.ts";
import { createHandler } from "../../../lambda/token/handler.ts";
import { createTokenRequester } from "../../../lambda/token/mindset/attempts.ts";
import { openMindsetConnection } from "../../../lambda/token/mindset/connection.ts";
import { parseSettings } from "../../../lambda/token/settings.ts";
import type { Invoke, TestEnvironment } from "../../support/function.ts";

/** An instance and its clock. */
export interface ClockedFunction {
  invoke: Invoke;
  /** Milliseconds; to be moved forwards. */
  nowMs: number;
}

/** A cold start that does what `lambda/token/index.ts` does. */
export function startClocked(around: TestEnvironment): ClockedFunction {
  around.applyEnvironment();
  const { apiOrigin, appUid, apiKeySecretId, identity } = parseSettings(process.env);
  const connection = openMindsetConnection(apiOrigin);
  const clocked = { nowMs: Date.parse("2026-11-22T12:00:00Z") };
  const apiKeys = new ApiKeyCache({ readSecret: createSecretReader(apiKeySecretId), now: () => clocked.nowMs });
  const handler = createHandler({
    identity,
    readApiKey: () => apiKeys.read(),
    requestToken: createTokenRequester({
      appUid,
      connection,
      refreshAfterRejection: (rejected) => apiKeys.refreshAfterRejection(rejected),
    }),
  });
  return Object.assign(clocked, { invoke: handler as unknown as Invoke });
}
