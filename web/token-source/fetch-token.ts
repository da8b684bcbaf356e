/** Edge (network): one request to the endpoint, and what its answer means. */
import { parseAnswer } from "./answer.ts";
import { TokenSourceError } from "./error.ts";

/** What is asked for, beside whose token it is. */
export interface TokenRequest {
  endpoint: URL;
  name?: string | undefined;
}

/**
 * Sends one request.
 *
 * @returns the token, or what went wrong.
 * @throws when `ended` fires.
 */
export async function fetchToken(
  { endpoint, name }: TokenRequest,
  accessToken: string,
  ended: AbortSignal,
): Promise<string | TokenSourceError> {
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { authorization: `Bearer ${accessToken}`, ...(name && { "content-type": "application/json" }) },
      ...(name && { body: JSON.stringify({ name }) }),
      // The access token goes to this address alone, and the answer nowhere but to the caller.
      redirect: "manual",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: ended,
    });
    return parseAnswer(response, await response.text(), Date.now());
  } catch {
    ended.throwIfAborted();
    return new TokenSourceError({ code: "NETWORK", retryable: true });
  }
}
