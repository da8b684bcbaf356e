/** Shares one request among calls with the same access token, and repeats a failure for a second. I/O: time. */
import { type RequestOptions, requestToken } from "./request/request-token.ts";

const FAILURE_KEPT_MS = 1000;

interface SharedRequest {
  result: Promise<string>;
  /** Calls that joined and did not leave early. */
  calls: number;
  end(): void;
}

/**
 * Creates a function that calls request their token with.
 *
 * Its first argument is the call's access token, its second the signal by which the call leaves early. The request ends
 * with the last of its calls. No call joins a request whose access token is being renewed: another user may have signed in.
 */
export function createSharedRequests(options: RequestOptions) {
  const current = new Map<string, SharedRequest>();

  return (accessToken: string, left: AbortSignal): Promise<string> => {
    const shared = current.get(accessToken) ?? begin(accessToken);
    shared.calls += 1;
    left.addEventListener("abort", () => {
      shared.calls -= 1;
      if (shared.calls === 0) shared.end();
    });
    return shared.result;
  };

  function begin(accessToken: string): SharedRequest {
    const accessTokens = [accessToken];
    const controller = new AbortController();
    const shared: SharedRequest = { result: run(), calls: 0, end };
    current.set(accessToken, shared);
    return shared;

    async function run(): Promise<string> {
      try {
        const token = await requestToken({ ...options, renew }, accessToken, controller.signal);
        forget();
        return token;
      } catch (error) {
        if (!controller.signal.aborted) keepForAMoment();
        throw error;
      }
    }
    async function renew() {
      forget();
      const renewed = await options.renew();
      accessTokens.push(renewed);
      return renewed;
    }
    function keepForAMoment() {
      for (const one of accessTokens) if (!current.has(one)) current.set(one, shared);
      setTimeout(forget, FAILURE_KEPT_MS);
    }
    function forget() {
      for (const one of accessTokens) if (current.get(one) === shared) current.delete(one);
    }
    function end() {
      forget();
      controller.abort();
    }
  }
}
