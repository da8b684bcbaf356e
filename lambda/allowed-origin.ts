/** Pure (imports nothing): protects cookies against cross-site request forgery. */

/** The parts of an API Gateway event, payload format 2.0, that show where a request comes from; untrusted. */
export interface RequestOrigin {
  headers?: Record<string, string | undefined> | null;
  requestContext?: { domainName?: string };
}

/**
 * Tells whether the request comes from an allowed origin or from the endpoint's own: browsers add cookies to the
 * requests of any page.
 *
 * @param allowedOrigins e.g. `["https://app.example.com"]`.
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function isFromAllowedOrigin({ headers, requestContext }: RequestOrigin, allowedOrigins: readonly string[]) {
  const origin = headers?.origin;
  if (origin === undefined) return headers?.["sec-fetch-site"] === "same-origin";
  const domainName = requestContext?.domainName;
  return allowedOrigins.includes(origin) || (domainName !== undefined && origin === `https://${domainName}`);
}
