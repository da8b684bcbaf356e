/** Entry: creates the functions that a page hands to Mindset's SDK, which calls them for a token. */
import { parseEndpoint } from "./endpoint.ts";
import { TokenSourceError } from "./error.ts";
import { withinLimits } from "./limits.ts";
import { requestToken } from "./request/request-token.ts";
import { createSharedRequests } from "./shared-requests.ts";
import { type AccessTokenOptions, type CookieOptions, createSignIn } from "./sign-in.ts";

export { TokenSourceError, type TokenSourceErrorCode } from "./error.ts";

/** What {@link createTokenSource} needs. */
export type TokenSourceOptions = (AccessTokenOptions | CookieOptions) & {
  /** The deployment's output `TokenEndpointUrl`: https, or http on localhost. */
  endpoint: string | URL;
  /** The user's friendly name, for identity providers whose access tokens have none. @default - the access token's */
  name?: string;
  /** Milliseconds for one call, with all tries and delays. @default 15000 */
  timeoutMs?: number;
  /** Ends every call, now and later, e.g. when the page no longer shows the agent. @default - none */
  signal?: AbortSignal;
};

/** Options of one call. */
export interface CallOptions {
  /** Ends this call only; others that wait for the same token still get it. @default - none */
  signal?: AbortSignal;
}

/** The same function in the forms that Mindset's SDKs accept. Each works on its own. */
export interface TokenSource {
  /** For SDK 2. */
  getAuthToken(options?: CallOptions): Promise<string>;
  /** For SDK 3. */
  fetchAuthentication(options?: CallOptions): Promise<string>;
  /** For SDK 3, if yours expects an object. */
  fetchAuthenticationObject(options?: CallOptions): Promise<{ token: string }>;
}

/**
 * Creates the token source of a page.
 *
 * Calls with the same access token share one request while it runs, and one failure for a second. No token is kept.
 *
 * @throws TypeError or RangeError when an option is invalid.
 * @throws TokenSourceError from each function of the source, and nothing else.
 */
export function createTokenSource({ timeoutMs = 15_000, signal, ...options }: TokenSourceOptions): TokenSource {
  // A timer of more than 24 days fires immediately.
  if (!(timeoutMs > 0 && timeoutMs < 2 ** 31)) throw new RangeError(`timeoutMs is ${timeoutMs}; use 1 to 2147483647`);
  const { read, renew } = createSignIn(options);
  const { name, credentials } = options;
  const request = { endpoint: parseEndpoint(options.endpoint), name, credentials, timeoutMs, renew };
  const share = createSharedRequests(request);

  async function getAuthToken(call?: CallOptions) {
    return withinLimits({ timeoutMs, signals: [signal, call?.signal] }, async (ended) => {
      const accessToken = await read();
      if (ended.aborted) throw new TokenSourceError({ code: "ABORTED" });
      // Without an access token, one user's call cannot be distinguished from the next user's.
      return accessToken === "" ? requestToken(request, accessToken, ended) : share(accessToken, ended);
    });
  }
  return {
    getAuthToken,
    fetchAuthentication: getAuthToken,
    fetchAuthenticationObject: async (call) => ({ token: await getAuthToken(call) }),
  };
}
