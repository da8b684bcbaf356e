/** Pure: what is wrong with an issuer or an origin in the configuration; undefined if it is valid. */

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
