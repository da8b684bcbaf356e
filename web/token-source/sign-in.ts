/** How requests identify the user: with an access token that the page provides, or with the browser's cookies. */
import { TokenSourceError } from "./error.ts";

/**
 * Returns the signed-in user's access token, or `undefined` when the user is not signed in.
 *
 * @param options.refresh whether the last access token may have expired: get a new one from the identity provider.
 */
export type GetAccessToken = (options: {
  refresh: boolean;
}) => Promise<string | undefined | null> | string | undefined | null;

/** For sign-ins with access tokens. */
export interface AccessTokenOptions {
  /** Called for every call of the token source, and once more with `refresh` after a 401 or a network failure. */
  getAccessToken: GetAccessToken;
  credentials?: undefined;
  renewSession?: undefined;
}

/** For sign-ins with cookies. */
export interface CookieOptions {
  /** Sends the browser's cookies instead of an access token. */
  credentials: "include";
  /** Renews the session; called once per call, after a 401 or a network failure. @default - a 401 is final */
  renewSession?: () => unknown;
  getAccessToken?: undefined;
}

/** One way to identify the user. */
export interface SignIn {
  /** @returns the access token, never empty; with cookies always `""`. */
  read(): Promise<string>;
  /** Gets a new access token, or a new session and `""`. @throws when there is no other way than to sign in again. */
  renew(): Promise<string>;
}

/** @throws TypeError when the options name no sign-in, or two. */
export function createSignIn({
  getAccessToken,
  credentials,
  renewSession = failToRenew,
}: AccessTokenOptions | CookieOptions): SignIn {
  if (!getAccessToken === !credentials) throw new TypeError('set either getAccessToken or credentials: "include"');
  if (getAccessToken) {
    return { read: () => readAccessToken(getAccessToken, false), renew: () => readAccessToken(getAccessToken, true) };
  }
  return {
    read: async () => "",
    renew: async () => {
      await renewSession();
      return "";
    },
  };
}

function failToRenew() {
  throw new TypeError("there is no renewSession");
}

async function readAccessToken(getAccessToken: GetAccessToken, refresh: boolean): Promise<string> {
  let accessToken: unknown;
  try {
    accessToken = await getAccessToken({ refresh });
  } catch {
    // The error itself may contain a token.
    throw new TokenSourceError({ code: "ACCESS_TOKEN_FAILED" });
  }
  if (!accessToken) throw new TokenSourceError({ code: "SIGN_IN_REQUIRED" });
  if (typeof accessToken !== "string" || !/^[\w.~+/-]+=*$/.test(accessToken)) {
    throw new TokenSourceError({ code: "ACCESS_TOKEN_FAILED" });
  }
  return accessToken;
}
