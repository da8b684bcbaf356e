/** Pure: what Mindset's SDK Users API accepts, with every limit it has published. */
import type { IncomingHttpHeaders } from "node:http";

/** A user as the body of `sdkusers/auth` names it. */
export interface SdkUser {
  externalId?: string;
  userEmail?: string;
  /** The same as `userEmail`. */
  email?: string;
  name?: string;
  accountUids?: string[];
  externalTenantId?: string;
}

/** A request that Mindset does not serve: the status, and why. */
export class MindsetRefusal extends Error {
  override readonly name = "MindsetRefusal";
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/**
 * Checks everything about a request but its body.
 *
 * @throws MindsetRefusal with 404, 405, 401, 403 or 415.
 */
export function checkHead(
  { method, url, headers }: { method?: string; url?: string; headers: IncomingHttpHeaders },
  { appUid, apiKeys }: { appUid: string; apiKeys: readonly string[] },
): void {
  const contentType = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (url !== `/api/v1/appuid/${appUid}/sdkusers/auth`) throw new MindsetRefusal(404, "no such path or app uid");
  if (method !== "POST") throw new MindsetRefusal(405, "the method must be POST");
  checkApiKey(headers, apiKeys);
  if (contentType !== "application/json") throw new MindsetRefusal(415, "the content type must be application/json");
}

/** @throws MindsetRefusal with 401 or 403. */
export function checkApiKey({ "x-api-key": apiKey }: IncomingHttpHeaders, apiKeys: readonly string[]): void {
  if (!apiKey) throw new MindsetRefusal(401, "the header x-api-key is missing");
  if (!apiKeys.includes(String(apiKey))) throw new MindsetRefusal(403, "the API key is invalid or deleted");
}

/**
 * Reads the body of a request.
 *
 * @throws MindsetRefusal (400) when it is not JSON, not an object, or breaks a rule.
 */
export function parseSdkUser(body: Buffer): SdkUser {
  const fields = parseObject(body);
  for (const [name, value] of Object.entries(fields)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    if (!rule) throw new MindsetRefusal(400, `${name} is not a known field`);
    if (!rule.accepts(value)) throw new MindsetRefusal(400, `${name} must be ${rule.text}`);
  }
  if (["externalId", "userEmail", "email"].filter((name) => Object.hasOwn(fields, name)).length !== 1) {
    throw new MindsetRefusal(400, "exactly one of externalId and userEmail is needed");
  }
  return fields as SdkUser;
}

function parseObject(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {}
  throw new MindsetRefusal(400, "the body must be a JSON object");
}

/** Lengths are counted in characters, so that an emoji is one. */
function isText(value: unknown, { min, max }: { min: number; max: number }): value is string {
  return typeof value === "string" && [...value].length >= min && [...value].length <= max;
}

function isId(value: unknown): boolean {
  return typeof value === "string" && /^[A-Za-z0-9_-]{1,100}$/.test(value);
}

function isAccountUid(value: unknown): boolean {
  return isText(value, { min: 20, max: 128 });
}

function isEmail(value: unknown): boolean {
  return isText(value, { min: 3, max: 100 }) && /^[^@\s]+@[^@\s]+$/.test(value);
}

const ID = { accepts: isId, text: "1 to 100 characters from A-Z, a-z, 0-9, _ and -" };
const EMAIL = { accepts: isEmail, text: "an e-mail address of at most 100 characters" };

const RULES: Record<string, { accepts: (value: unknown) => boolean; text: string }> = {
  externalId: ID,
  userEmail: EMAIL,
  email: EMAIL,
  name: { accepts: (value) => isText(value, { min: 0, max: 100 }), text: "a text of at most 100 characters" },
  accountUids: {
    accepts: (value) => Array.isArray(value) && value.length <= 10 && value.every(isAccountUid),
    text: "a list of at most 10 uids of 20 to 128 characters",
  },
  externalTenantId: ID,
};
