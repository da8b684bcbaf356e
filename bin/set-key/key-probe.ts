/** Edge (network): asks Mindset whether it takes a key, by the very call that the function makes. */
import { TokenError, UpstreamAuthFailedError } from "../../lambda/token/errors.ts";
import { createTokenRequester } from "../../lambda/token/mindset/attempts.ts";
import { openMindsetConnection } from "../../lambda/token/mindset/connection.ts";
import { SetKeyError } from "./error.ts";
import type { SetKeySettings } from "./settings.ts";

/** The user at Mindset for whom the key is tried; it is created there, and stays. */
export const PROBE_USER = "mindset-token-endpoint-probe";

/**
 * Mints a token for the probe user, and drops it.
 *
 * @throws SetKeyError when Mindset refuses the key, and also when nobody can tell.
 */
export async function assertMindsetTakes(key: string, { apiOrigin, appUid }: SetKeySettings): Promise<void> {
  const connection = openMindsetConnection(apiOrigin);
  const requestToken = createTokenRequester({ appUid, connection, refreshAfterRejection: async () => undefined });
  try {
    await requestToken({
      caller: { subject: PROBE_USER, mindsetUser: { externalId: PROBE_USER }, name: undefined },
      tokenRequest: { name: undefined },
      apiKey: { value: key, ageMs: 0, problem: undefined },
      remainingMs: 15_000,
    });
  } catch (error) {
    throw new SetKeyError(`${explain(error)} Nothing was stored.`, { cause: error });
  } finally {
    connection.dropIdle();
  }
}

function explain(error: unknown): string {
  if (!(error instanceof TokenError)) return "The key could not be checked.";
  const { code, message, upstreamStatus } = error;
  return error instanceof UpstreamAuthFailedError
    ? `Mindset refuses this key (${upstreamStatus}): it is wrong, deleted, or for another application.`
    : `The key could not be checked (${code}): ${message}`;
}
