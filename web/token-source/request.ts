/** Edge (time): when to try again: one new access token after a 401, two more tries after a passing failure. */

import { TokenSourceError } from "./error.ts";
import { fetchToken, type TokenRequest } from "./fetch-token.ts";
import { toRetryDelayMs } from "./retry-delay.ts";

/**
 * Gives the access token of the signed-in user, or `undefined` when nobody is signed in.
 *
 * @param options.refresh whether the endpoint refused the last one: get another from the identity provider.
 */
export type GetAccessToken = (options: {
  refresh: boolean;
}) => Promise<string | undefined | null> | string | undefined | null;

const MAX_RETRIES = 2;

/**
 * Gets a token, however many tries that takes.
 *
 * @param ended tells that nobody waits any more.
 * @throws TokenSourceError
 */
export async function requestToken(
  { getAccessToken, timeoutMs, ...request }: TokenRequest & { getAccessToken: GetAccessToken; timeoutMs: number },
  ended: AbortSignal,
): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  let accessToken = await readAccessToken(getAccessToken, false);
  let refreshed = false;
  let retries = 0;
  for (;;) {
    const answer = await fetchToken(request, accessToken, ended);
    if (typeof answer === "string") return answer;

    if (answer.status === 401 && !refreshed) {
      refreshed = true;
      accessToken = await readAccessToken(getAccessToken, true);
      continue;
    }
    const delayMs = toRetryDelayMs(answer, retries, Math.random());
    if (delayMs === undefined || retries === MAX_RETRIES || performance.now() + delayMs > deadline) throw answer;
    retries += 1;
    await pause(delayMs, ended);
  }
}

/** Ends early, and leaves no timer behind, when nobody waits any more; the request that follows then sees to the rest. */
function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    ended.addEventListener("abort", () => resolve(clearTimeout(timer)));
  });
}

async function readAccessToken(getAccessToken: GetAccessToken, refresh: boolean): Promise<string> {
  let accessToken: unknown;
  try {
    accessToken = await getAccessToken({ refresh });
  } catch {
    // What was thrown may have a token in it.
    throw new TokenSourceError({ code: "ACCESS_TOKEN_FAILED" });
  }
  if (!accessToken) throw new TokenSourceError({ code: "SIGN_IN_REQUIRED" });
  if (typeof accessToken !== "string" || !/^[\w.~+/-]+=*$/.test(accessToken)) {
    throw new TokenSourceError({ code: "ACCESS_TOKEN_FAILED" });
  }
  return accessToken;
}
