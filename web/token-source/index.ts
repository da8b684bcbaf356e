/** Entry: what Mindset's SDKs ask for a token; a page makes one and hands its functions over. */
import { parseEndpoint } from "./endpoint.ts";
import { type GetAccessToken, requestToken } from "./request.ts";
import { createSharedWork } from "./shared-work.ts";

export { TokenSourceError, type TokenSourceErrorCode } from "./error.ts";

/** What {@link createTokenSource} needs. */
export interface TokenSourceOptions {
  /** The output `TokenEndpointUrl` of the deployment; https, or http on localhost. */
  endpoint: string | URL;
  /** Gives the signed-in user's access token; asked anew, with `refresh`, when the endpoint refuses it. */
  getAccessToken: GetAccessToken;
  /** The user's friendly name, for identity providers whose access tokens have none. @default - the token's */
  name?: string;
  /** Milliseconds for one call, tries and waits together. @default 15000 */
  timeoutMs?: number;
  /** Ends every call, now and later, e.g. when the page no longer shows the agent. @default - none */
  signal?: AbortSignal;
}

/** What one call may be told. */
export interface CallOptions {
  /** Ends this call alone; others that wait for the same token get it. @default - none */
  signal?: AbortSignal;
}

/** The functions, in the forms that Mindset's SDKs take. Each can be passed on by itself. */
export interface TokenSource {
  /** For SDK 2. */
  getAuthToken(options?: CallOptions): Promise<string>;
  /** For SDK 3: the same under its name there. */
  fetchAuthentication(options?: CallOptions): Promise<string>;
  /** For SDK 3, should it want an object. */
  fetchAuthenticationObject(options?: CallOptions): Promise<{ token: string }>;
}

/**
 * Makes the token source of one user; whoever signs in next needs another, and `signal` to end the first.
 *
 * Calls at the same time share one request, and nothing is kept when that has ended.
 *
 * @throws TypeError or RangeError when an option cannot be right.
 * @throws TokenSourceError from each function of the source, and nothing else.
 */
export function createTokenSource({ timeoutMs = 15_000, signal, ...options }: TokenSourceOptions): TokenSource {
  // Beyond 24 days a timer goes off at once.
  if (!(timeoutMs > 0 && timeoutMs < 2 ** 31)) throw new RangeError(`timeoutMs is ${timeoutMs}`);
  const request = { ...options, endpoint: parseEndpoint(options.endpoint), timeoutMs };
  const share = createSharedWork(timeoutMs, (ended) => requestToken(request, ended));

  async function getAuthToken(call?: CallOptions) {
    return share(AbortSignal.any([signal, call?.signal].filter((given) => given instanceof AbortSignal)));
  }
  return {
    getAuthToken,
    fetchAuthentication: getAuthToken,
    fetchAuthenticationObject: async (call) => ({ token: await getAuthToken(call) }),
  };
}
