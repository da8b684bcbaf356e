/** Entry: environment -> handler, once per cold start. */
import { ApiKeyCache } from "./api-key/cache.ts";
import { createSecretReader } from "./api-key/secret.ts";
import { readGrants } from "./grants-file.ts";
import { createFailingHandler, createHandler } from "./handler.ts";
import { createTokenRequester } from "./mindset/attempts.ts";
import { openMindsetConnection } from "./mindset/connection.ts";
import { parseSettings } from "./settings.ts";

/** The Lambda handler of all routes: payload-2.0 event -> HTTP response. It never rejects. */
export const handler = startOrExplain();

function startOrExplain() {
  try {
    return start();
  } catch (reason) {
    return createFailingHandler(reason);
  }
}

function start() {
  const { apiOrigin, appUid, apiKeySecretId, ...settings } = parseSettings(process.env);
  const grants = readGrants(process.env.LAMBDA_TASK_ROOT);
  const connection = openMindsetConnection(apiOrigin);
  const apiKeys = new ApiKeyCache({ readSecret: createSecretReader(apiKeySecretId) });
  // Prefetch the key; the first request awaits it and handles any error.
  apiKeys.read().catch(() => {});
  return createHandler({
    ...settings,
    grants,
    readApiKey: () => apiKeys.read(),
    requestToken: createTokenRequester({
      appUid,
      connection,
      refreshAfterRejection: (rejectedKey) => apiKeys.refreshAfterRejection(rejectedKey),
    }),
  });
}
