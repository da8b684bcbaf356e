/** Requests a token: renews the sign-in once, and retries twice. I/O: network, time. */
import { TokenSourceError } from "../error.ts";
import type { SignIn } from "../sign-in.ts";
import { fetchToken, type TokenRequest } from "./fetch-token.ts";
import { toRetryDelayMs } from "./retry-delay.ts";

/** Time for the clocks of the identity provider and API Gateway to agree that a new access token is valid. */
const RENEWAL_DELAY_MS = 1000;

/** What {@link requestToken} needs. */
export interface RequestOptions extends TokenRequest {
  /** No retry begins later than this. */
  timeoutMs: number;
  renew: SignIn["renew"];
}

/**
 * Requests a token, with as many tries as that takes.
 *
 * @param accessToken for the first try; `""` with cookies.
 * @param ended cancels the request, and whatever would follow.
 * @throws TokenSourceError
 */
export async function requestToken(
  { timeoutMs, renew, ...request }: RequestOptions,
  accessToken: string,
  ended: AbortSignal,
): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  let isRenewed = false;
  for (let retries = 0; ; ) {
    const answer = await fetchToken(request, accessToken, ended);
    if (typeof answer === "string") return answer;

    const isUnauthorized = answer.status === 401;
    const delayMs = isUnauthorized ? RENEWAL_DELAY_MS : toRetryDelayMs(answer, retries, Math.random());
    if (isUnauthorized ? isRenewed : performance.now() + delayMs > deadline) throw answer;

    // A browser reports a 401 without CORS headers as a network failure.
    if (!isRenewed && (isUnauthorized || answer.code === "NETWORK")) {
      accessToken = await renewAfter(answer, renew, accessToken);
      isRenewed = true;
    }
    if (!isUnauthorized) retries += 1;
    await pause(delayMs, ended);
  }
}

/** Keeps the access token where the renewal failed for the same reason as the request, e.g. because the page is offline. */
async function renewAfter(answer: TokenSourceError, renew: () => Promise<string>, accessToken: string) {
  try {
    return await renew();
  } catch (error) {
    const reason = error instanceof TokenSourceError ? error : answer;
    if (answer.code === "NETWORK" && reason.code !== "SIGN_IN_REQUIRED") return accessToken;
    throw reason;
  }
}

/** Ends early when the call has ended; the next request is then canceled immediately. */
function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ended.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    ended.addEventListener("abort", () => resolve(clearTimeout(timer)));
  });
}
