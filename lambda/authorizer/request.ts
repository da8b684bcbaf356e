/** Reads the caller's credentials from an authorizer event (payload format 2.0). Pure. */
import { isFromAllowedOrigin } from "../allowed-origin.ts";
import { Refusal } from "./refusal.ts";

/** The parts of a REQUEST authorizer event that are read; everything in it is untrusted. */
export interface AuthorizerEvent {
  headers?: Record<string, string | undefined>;
  /** e.g. `["session=abc", "theme=dark"]`. */
  cookies?: string[];
  requestContext?: { domainName?: string; requestId?: string };
}

/** A cookie as the browser sent it; the value is not decoded. */
export interface Cookie {
  name: string;
  value: string;
}

/**
 * Reads a bearer token (RFC 6750 section 2.1).
 *
 * @param header name in lower case; in `authorization` the scheme `Bearer` is required.
 * @throws Refusal CREDENTIALS_MISSING
 */
export function bearerToken({ headers }: AuthorizerEvent, header: string): string {
  const value = headers?.[header] ?? "";
  const [, token] = /^bearer +([\w.~+/-]+=*)$/i.exec(value) ?? [];
  if (token === undefined) throw new Refusal("CREDENTIALS_MISSING", `The header "${header}" has no bearer token.`);
  return token;
}

/**
 * Reads a cookie.
 *
 * @throws Refusal CREDENTIALS_MISSING; COOKIE_DUPLICATED when the browser sent several cookies of that name.
 */
export function cookieValue(event: AuthorizerEvent, name: string): string {
  const [cookie] = selectCookies(event, (other) => other === name);
  if (!cookie) throw new Refusal("CREDENTIALS_MISSING", `There is no cookie "${name}".`);
  return cookie.value;
}

/**
 * Reads a cookie and its numbered chunks `NAME.0`, `NAME.1` and so on, into which libraries split large values.
 *
 * @throws Refusal COOKIE_DUPLICATED when one of these names comes twice.
 */
export function cookieWithChunks(event: AuthorizerEvent, name: string): Cookie[] {
  return selectCookies(event, (other) => {
    return other === name || (other.startsWith(`${name}.`) && /^\d{1,3}$/.test(other.slice(name.length + 1)));
  });
}

/**
 * Protects cookies against cross-site request forgery: browsers add them to the requests of any page.
 *
 * @throws Refusal ORIGIN_NOT_ALLOWED unless the request comes from an allowed origin or from the endpoint's own.
 */
export function assertAllowedOrigin(event: AuthorizerEvent, allowedOrigins: string[]): void {
  if (isFromAllowedOrigin(event, allowedOrigins)) return;
  throw new Refusal("ORIGIN_NOT_ALLOWED", "The request does not come from one of allowedOrigins.");
}

/** RFC 9110 section 5.5. */
const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

function selectCookies({ cookies, headers }: AuthorizerEvent, isWanted: (name: string) => boolean): Cookie[] {
  const lines = cookies ?? [headers?.cookie ?? ""];
  const wanted = lines
    .flatMap((line) => line.split(";"))
    .map(toCookie)
    .filter(({ name }) => isWanted(name));
  if (new Set(wanted.map(({ name }) => name)).size < wanted.length) {
    throw new Refusal("COOKIE_DUPLICATED", "The browser sent the sign-in's cookie more than once.");
  }
  if (wanted.some(({ value }) => !HEADER_TEXT.test(value))) {
    throw new Refusal("TOKEN_MALFORMED", "The sign-in's cookie has characters that no header may have.");
  }
  return wanted;
}

function toCookie(text: string): Cookie {
  const at = text.indexOf("=");
  return { name: trim(text.slice(0, Math.max(at, 0))), value: trim(text.slice(at + 1)) };
}

/** Only what RFC 6265 section 5.2 calls white space: trimming more would turn another cookie into one with a `__Host-` prefix. */
function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}
