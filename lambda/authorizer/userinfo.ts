/** Asks the company's URL who the caller is, with the caller's own credentials and nothing else from the request. I/O: network. */
import { STATUS_CODES } from "node:http";
import { findClaim } from "../find-claim.ts";
import type { UserinfoSignIn } from "../sign-in-settings.ts";
import { assertRequiredClaims, type Claims, toPlainText } from "./claims.ts";
import { getText } from "./https-get.ts";
import { Refusal } from "./refusal.ts";
import { type AuthorizerEvent, bearerToken, cookieWithChunks } from "./request.ts";

/** The answer of the URL, and who the caller is. */
export interface Userinfo {
  /** The whole answer; untrusted beyond what the settings name. */
  answer: Claims;
  /** e.g. `{ sub: "u-42", name: "Ada Lovelace" }`. */
  user: Record<string, string>;
}

const LIMITS = { timeoutMs: 2_000, maxBytes: 64 * 1024 };

/**
 * @returns a function that asks for one caller. It throws Refusal: SESSION_NOT_SIGNED_IN when the answer is 401, 403, `null` or
 *   `{}`; USERINFO_UNAVAILABLE or USERINFO_INVALID for every other answer that names no caller.
 */
export function createUserinfoClient(settings: UserinfoSignIn, get = getText) {
  return async (event: AuthorizerEvent): Promise<Userinfo> => {
    const headers = { accept: "application/json", ...settings.headers, ...credentialsOf(event, settings.forward) };
    const reply = await get({ url: settings.url, headers, ...LIMITS }).catch((cause) => {
      throw new Refusal("USERINFO_UNAVAILABLE", "The userinfo URL did not answer.", cause);
    });
    const answer = parseAnswer(reply);
    const user = toUser(answer, settings);
    assertRequiredClaims(answer, settings.requiredClaims);
    return { answer, user };
  };
}

/** The header or cookies to forward, as they came. */
function credentialsOf(event: AuthorizerEvent, forward: string[]): Record<string, string> {
  if (forward.includes("authorization")) return { authorization: `Bearer ${bearerToken(event, "authorization")}` };
  const cookies = forward.flatMap((entry) => cookieWithChunks(event, entry.replace(/^cookie:/, "")));
  if (cookies.length === 0) throw new Refusal("CREDENTIALS_MISSING", "The request has none of the sign-in's cookies.");
  return { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
}

function parseAnswer({ status, text }: { status: number; text: string }): Claims {
  if (status === 401 || status === 403)
    throw new Refusal("SESSION_NOT_SIGNED_IN", "The userinfo URL rejected the credentials.");
  if (status !== 200) {
    throw new Refusal(
      "USERINFO_UNAVAILABLE",
      `The userinfo URL answered with ${status} ${STATUS_CODES[status] ?? ""}.`,
    );
  }
  const answer = parseJson(text);
  // The response of many session endpoints without a signed-in user.
  if (answer === null || (typeof answer === "object" && Object.keys(answer).length === 0 && !Array.isArray(answer))) {
    throw new Refusal("SESSION_NOT_SIGNED_IN", "The userinfo URL reports no signed-in user.");
  }
  if (typeof answer !== "object" || Array.isArray(answer)) {
    throw new Refusal("USERINFO_INVALID", "The userinfo URL returned JSON that is not an object.");
  }
  return answer as Claims;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal("USERINFO_INVALID", "The userinfo URL returned text that is not JSON.", cause);
  }
}

function toUser(answer: Claims, { subject, name, email, emailVerified }: UserinfoSignIn): Record<string, string> {
  const sub = toPlainText(findClaim(answer, subject));
  if (!sub) throw new Refusal("USERINFO_INVALID", `The answer of the userinfo URL has no id at "${subject}".`);
  const selected = {
    name: name && toPlainText(findClaim(answer, name)),
    email: email && toPlainText(findClaim(answer, email)),
    email_verified: emailVerified && String([true, "true"].includes(findClaim(answer, emailVerified) as string)),
  };
  const given = Object.entries(selected).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { sub, ...Object.fromEntries(given) };
}
