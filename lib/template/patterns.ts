/** Pure: the rules of the settings as regular expressions, which CloudFormation checks when a template is deployed. */
import { providerPatterns } from "../config/sign-in/providers.ts";

const PORT = "(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])";
/** 443, or 1024 and above. */
const API_PORT = `(?!(?:(?!443)\\d{1,3}|10[01]\\d|102[0-3])$)${PORT}`;
const BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
/** A URL parser reads a host that ends in a number as an IPv4 address. */
const HOST = `(?:(?:${BYTE}\\.){3}${BYTE}|(?:${LABEL}\\.)*(?!(?:\\d+|0x[0-9a-f]*)(?:[:/?,]|$))${LABEL})`;
const LOCALHOST = "(?:localhost|127\\.0\\.0\\.1)";
/** A URL parser would remove or change these. */
const NO_CHANGED_PATH = "(?!.*/(?:\\.|%2[eE]){1,2}(?:/|$))";
const SCOPE = "[!#-+\\x2d-\\x5b\\x5d-\\x7e]+";
const ORIGINS = [`https://${HOST}(?::(?!443(?:,|$))${PORT})?`, `http://${LOCALHOST}(?::(?!80(?:,|$))${PORT})?`];

/**
 * Each rule as `AllowedPattern`: it accepts nothing that the rule of the setting with that name refuses, except domains with an invalid
 * `xn--` label. Java reads it on AWS, so `[` and `&&` in brackets need care.
 */
export const PATTERNS = {
  apiHost: whole(`(?:${LABEL}\\.)+api\\.mindset\\.ai(?::${API_PORT})?`),
  anyApiHost: whole(`http://(?:${LOCALHOST}|\\[::1\\]|host\\.docker\\.internal):${PORT}`, `${HOST}(?::${API_PORT})?`),
  appUid: whole("(?!your-app-uid$)[A-Za-z0-9_-]{1,128}"),
  jwtIssuer: issuer("rsa"),
  oidcIssuer: issuer("any"),
  // In a parameter, commas separate values. Quotes and backslashes would need escaping in the function's JSON.
  audience: whole(`(?!your-audience$)${providerPatterns("any").audience}[!#-)+\\x2d-\\x5b\\x5d-\\x7e]{1,1000}`),
  scope: whole(SCOPE),
  scopesOrEmpty: listOrEmpty(SCOPE),
  origin: whole(...ORIGINS),
  originsOrEmpty: listOrEmpty(...ORIGINS),
  userinfoUrl: whole(
    `${providerPatterns("any").userinfoUrl}https://${HOST}(?::${PORT})?(?:[/?][!$-)+-\\x5b\\x5d-\\x7e]*)?`,
  ),
};

/** The same, or nothing. */
export function orEmpty(pattern: string): string {
  return whole("", pattern);
}

/** Items that are separated by commas, or nothing. */
function listOrEmpty(...alternatives: string[]): string {
  const item = `(?:${alternatives.join("|")})`;
  return whole("", `${item}(?:,${item})*`);
}

function issuer(signatures: "rsa" | "any"): string {
  const port = `(?!443(?:/|$))${PORT}`;
  const path = "/[!$%&'()*+,./0-9:;=A-Z_a-z|~-]*";
  return whole(
    `${providerPatterns(signatures).issuer}${NO_CHANGED_PATH}(?!.*/\\.well-known/)https://${HOST}(?::${port})?(?:${path})?`,
  );
}

/** Java's stack overflows on values much longer than 1000. CloudFormation would replace `{{resolve:...}}`. */
function whole(...alternatives: string[]): string {
  return `^(?!.{1001})(?!.*\\{\\{)(?:${alternatives.join("|")})$`;
}
