/** Pure: what is wrong with an issuer or an origin in the configuration; undefined if it is valid. */

/** API Gateway compares the issuer with `iss` character by character, so it is never normalized. */
export function issuerProblem(value: string): string | undefined {
  if (!value.startsWith("https://")) return "must begin with https://";
  if (/[\s?#]/.test(value)) return "must have no query, fragment or space";
  if (!URL.canParse(value)) return "is not a URL";
  if (new URL(value).username || value.includes("@")) return "must have no user info";
  // No provider puts into "iss" what a URL parser would change: wildcards, other alphabets, "..".
  const { href, hostname } = new URL(value);
  if (![value, `${value}/`].includes(href) || hostname.includes("*")) return "is not in the form that providers use";
  return value.includes("/.well-known/") ? "is the address of the provider's metadata, not its issuer" : undefined;
}

/** A URL that the authorizer calls. */
export function urlProblem(value: string): string | undefined {
  if (!value.startsWith("https://")) return "must begin with https://";
  if (!URL.canParse(value) || /[\s#*]/.test(value)) return "is not a URL, or has a fragment, wildcard or space";
  return new URL(value).username ? "must have no user info" : undefined;
}

/** An origin is what browsers send: scheme, host, and the port unless it is the scheme's default. */
export function originProblem(value: string): string | undefined {
  if (value.includes("*")) return "has a wildcard; list each origin";
  if (value === "null") return "is sent by files and sandboxed frames of any site; serve the page over https";
  if (!/^https?:\/\//i.test(value)) return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? NATIVE_APP : ORIGIN;
  if (!URL.canParse(value)) return ORIGIN;
  const { origin, protocol, hostname } = new URL(value);
  if (protocol === "http:" && !["localhost", "127.0.0.1"].includes(hostname)) return ORIGIN;
  return value === origin ? undefined : `must be "${origin}", which is what browsers send`;
}

const ORIGIN = "must begin with https:// (or be http://localhost:PORT)";
const NATIVE_APP =
  "has a scheme that API Gateway does not accept. " +
  'Serve the app\'s pages from https://localhost (Capacitor: androidScheme "https"; Tauri: useHttpsScheme), ' +
  "or call the endpoint with the app's native HTTP client, which needs no origin.";
