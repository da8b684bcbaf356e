/** Sends one request to the endpoint. I/O: network. */

import { TokenSourceError } from "../error.ts";
import { parseAnswer } from "./answer.ts";

/** Where to ask, and what to send besides the access token. */
export interface TokenRequest {
  endpoint: URL;
  name?: string;
  /** @default "omit" */
  credentials?: "include";
}

/**
 * Sends one request.
 *
 * @param accessToken empty when cookies identify the user.
 * @param ended cancels the request.
 * @returns the token or an error; never rejects.
 */
export async function fetchToken(
  { endpoint, name, credentials }: TokenRequest,
  accessToken: string,
  ended: AbortSignal,
): Promise<string | TokenSourceError> {
  try {
    const response = await fetch(endpoint.href, {
      method: "POST",
      headers: {
        ...(accessToken && { authorization: `Bearer ${accessToken}` }),
        ...(name && { "content-type": "application/json" }),
      },
      body: name && JSON.stringify({ name }),
      redirect: "manual", // the access token must not go to another address
      credentials: credentials ?? "omit",
      referrerPolicy: "no-referrer",
      signal: ended,
    });
    return parseAnswer(response, await response.text(), Date.now());
  } catch {
    return new TokenSourceError({ code: ended.aborted ? "ABORTED" : "NETWORK", retryable: !ended.aborted });
  }
}
