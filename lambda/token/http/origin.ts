/** Pure: rejects requests with cookies from pages that are not allowed to send them. */
import { isFromAllowedOrigin, type RequestOrigin } from "../../allowed-origin.ts";
import { OriginNotAllowedError } from "../errors.ts";

/**
 * @param event a payload-2.0 event.
 * @param cookieOrigins e.g. `["https://app.example.com"]`; undefined where the sign-in does not use cookies, or where
 *   our authorizer function has already checked them.
 * @throws OriginNotAllowedError
 */
export function assertOriginMaySendCookies(event: unknown, cookieOrigins: readonly string[] | undefined): void {
  if (cookieOrigins === undefined) return;
  if (isFromAllowedOrigin((event ?? {}) as RequestOrigin, cookieOrigins)) return;
  throw new OriginNotAllowedError("Send the request from one of the allowed origins.");
}
