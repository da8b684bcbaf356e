/** A user who is signed in at one of the servers of this folder. */
export interface SignedIn {
  /** The server's id of the user. */
  userId: string;
  /** e.g. `["session=abc"]`. */
  cookies: string[];
}

/** @returns the cookies that a response sets, as a browser sends them. */
export function cookiesOf(response: Response): string[] {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0] ?? "")
    .filter((cookie) => !cookie.endsWith("="));
}
