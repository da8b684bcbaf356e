/** Pure: what the page may load, and whom it may talk to. */
import type { PageSettings } from "../../web/page/local-protocol.ts";

/**
 * The `Content-Security-Policy` of the page: its own files, the endpoint and the identity provider, nothing inline.
 * A real SDK is let in from its own origin, and may talk to that and to Mindset.
 */
export function toPagePolicy({ endpoint, issuer, sdkUrl, mindsetUrl }: PageSettings): string {
  const sdk = sdkUrl ? [new URL(sdkUrl).origin] : [];
  const connect = [new URL(endpoint).origin, issuer, ...(sdkUrl ? [mindsetUrl] : [])];
  function directive(name: string, ...sources: string[]) {
    return [name, "'self'", ...sources, ...sdk].join(" ");
  }
  return [
    "default-src 'none'",
    directive("script-src"),
    directive("style-src"),
    directive("img-src"),
    directive("connect-src", ...connect),
    ...(sdkUrl ? [directive("font-src"), directive("frame-src")] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
