/** Pure: what is wrong with a host, an issuer or an origin in the configuration; undefined if it is valid. */

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*(?::[1-9]\\d{0,4})?$`);
const LOCAL = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal):[1-9]\d{0,4}$/;

/** Whether it is one of Mindset's own hosts, e.g. `a.api.mindset.ai`, with or without a port. */
export function isMindsetHost(value: string): boolean {
  return /\.api\.mindset\.ai(?::\d+)?$/.test(value);
}

/** An API host is `host`, `host:port` or, for a fake on this machine, `http://localhost:3002` and the like. */
export function apiHostProblem(value: string): string | undefined {
  if (value.startsWith("https://")) return "must be the host alone, without https://";
  if (LOCAL.test(value)) return URL.canParse(value) ? undefined : "has an impossible port";
  if (value.startsWith("http://")) return "would be called without TLS";
  if (!HOST.test(value)) return "must be a host in lower case, without path, user or spaces";
  return URL.canParse(`https://${value}`) ? undefined : "has an impossible host or port";
}

/** API Gateway compares the issuer with `iss` character by character, so it is never normalized. */
export function issuerProblem(value: string): string | undefined {
  if (!value.startsWith("https://")) return "must begin with https://";
  if (/[\s?#]/.test(value)) return "must have no query, fragment or space";
  if (!URL.canParse(value)) return "is not a URL";
  if (new URL(value).username || value.includes("@")) return "must have no user info";
  // No provider puts into "iss" what a URL parser would change: wildcards, other alphabets, "..".
  const { href, hostname } = new URL(value);
  if (![value, `${value}/`].includes(href) || hostname.includes("*")) return "is not a URL as providers write it";
  return value.includes("/.well-known/") ? "is the address of the provider's metadata, not its issuer" : undefined;
}

/** An origin is what browsers send: scheme, host, and the port unless it is the scheme's default. */
export function originProblem(value: string): string | undefined {
  if (value.includes("*")) return "has a wildcard; list each origin";
  if (/^http:\/\/localhost:[1-9]\d{0,4}$/.test(value) && URL.canParse(value)) return undefined;
  if (!/^https:\/\//i.test(value) || !URL.canParse(value))
    return "must begin with https:// (or be http://localhost:PORT)";
  const { origin } = new URL(value);
  return value === origin ? undefined : `must be the origin alone, "${origin}"`;
}
