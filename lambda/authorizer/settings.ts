/** Parses the authorizer function's settings, and reports all problems together. Pure. */
import { ISSUER_ALIAS, type SignInSettings } from "../sign-in-settings.ts";
import { Refusal } from "./refusal.ts";
import { isAllowedUrl } from "./url.ts";

/**
 * Parses the variable `SIGN_IN`. The stack has checked what an operator wrote; this check keeps a value that was edited by hand
 * from opening the endpoint.
 *
 * @param signIn JSON text, e.g. `{"type":"oidc","issuers":[...],"token":{"header":"authorization"},"handOn":["sub"]}`.
 * @throws Refusal CONFIG_INVALID whose message lists every problem.
 */
export function parseSignIn(signIn: string | undefined): SignInSettings {
  const settings = parseJson(signIn);
  const problems = [...commonProblems(settings), ...problemsByType(settings)];
  if (problems.length > 0) throw new Refusal("CONFIG_INVALID", `SIGN_IN: ${problems.join("; ")}.`);
  return settings as SignInSettings;
}

// biome-ignore lint/suspicious/noExplicitAny: unknown JSON, checked field by field
type Unknown = any;

function parseJson(text: string | undefined): Unknown {
  try {
    return Object(JSON.parse(text ?? ""));
  } catch (cause) {
    throw new Refusal("CONFIG_INVALID", "The variable SIGN_IN is missing or is not JSON.", cause);
  }
}

function commonProblems({ allowedOrigins, grantClaims = [] }: Unknown): string[] {
  return [
    ...(isTextList(grantClaims) ? [] : ["grantClaims must be a list of claim names"]),
    ...(allowedOrigins === undefined || isTextList(allowedOrigins) ? [] : ["allowedOrigins must be a list"]),
  ];
}

function problemsByType(settings: Unknown): string[] {
  if (settings.type === "oidc") return oidcProblems(settings);
  if (settings.type === "userinfo") return userinfoProblems(settings);
  return ['type must be "oidc" or "userinfo"'];
}

function oidcProblems({ issuers, token, handOn, allowedOrigins }: Unknown): string[] {
  const list = Array.isArray(issuers) ? issuers.map(Object) : [];
  const names = list.map(({ issuer }) => issuer);
  const aliases = list.map(({ alias }) => alias);
  return [
    ...(isTextList(handOn) ? [] : ["handOn must be a list of claim names"]),
    ...(list.length > 0 ? [] : ["issuers must be a list of at least one"]),
    ...list.flatMap(issuerProblems),
    ...(new Set(names).size === names.length ? [] : ["an issuer is listed twice"]),
    ...(new Set(aliases).size === aliases.length ? [] : ["issuers must have different aliases, all but one of them"]),
    ...(isText(token?.header) !== isText(token?.cookie) ? [] : ["token must name a header or a cookie"]),
    ...(isText(token?.cookie) && !isTextList(allowedOrigins) ? ["a cookie needs allowedOrigins"] : []),
  ];
}

function issuerProblems(
  { issuer, audience, algorithms, jwksUri, scopes, alias, requiredClaims }: Unknown,
  index: number,
): string[] {
  const name = `issuers[${index}]`;
  return [
    ...(isText(issuer) && isAllowedUrl(issuer) ? [] : [`${name}.issuer must be an https URL`]),
    ...(isTextList(audience) && audience.length > 0 ? [] : [`${name}.audience must be a list of at least one`]),
    ...(algorithms === undefined || isTextList(algorithms) ? [] : [`${name}.algorithms must be a list`]),
    ...(jwksUri === undefined || isAllowedUrl(jwksUri) ? [] : [`${name}.jwksUri must be an https URL`]),
    ...(scopes === undefined || isTextList(scopes) ? [] : [`${name}.scopes must be a list`]),
    ...(alias === undefined || ISSUER_ALIAS.test(alias) ? [] : [`${name}.alias must match [a-z0-9]{1,16}`]),
    ...requiredClaimsProblems(requiredClaims, `${name}.`),
  ];
}

/** A text instead of a list would be compared by substring. */
function requiredClaimsProblems(requiredClaims: Unknown = {}, parent = ""): string[] {
  const isRecord = typeof requiredClaims === "object" && requiredClaims !== null && !Array.isArray(requiredClaims);
  if (isRecord && Object.values(requiredClaims).every(isTextList)) return [];
  return [`${parent}requiredClaims must be an object of lists of values`];
}

function userinfoProblems({ url, forward, subject, allowedOrigins, requiredClaims }: Unknown): string[] {
  const list: string[] = isTextList(forward) ? forward : [];
  const isHeader = list.length === 1 && list[0] === "authorization";
  const isCookies = list.length > 0 && list.every((entry) => /^cookie:./.test(entry));
  return [
    ...(isText(url) && isAllowedUrl(url) ? [] : ["url must be an https URL"]),
    ...(isHeader || isCookies ? [] : ['forward must be ["authorization"] or a list of "cookie:NAME"']),
    ...(isText(subject) ? [] : ["subject must be the path of the caller's id"]),
    ...(isCookies && !isTextList(allowedOrigins) ? ["cookies need allowedOrigins"] : []),
    ...requiredClaimsProblems(requiredClaims),
  ];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}
