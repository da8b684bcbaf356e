/** Pure: the requests that Mindset's API accepts, with every published limit. */
import type { IncomingHttpHeaders } from "node:http";

/** The body of `sdkusers/auth`. */
export interface SdkUser {
  externalId?: string;
  userEmail?: string;
  name?: string;
  accountUids?: string[];
  externalTenantId?: string;
}

/** Mindset refuses the request. The response has this status and no body; the message is for the developer. */
export class MindsetRefusal extends Error {
  override readonly name = "MindsetRefusal";
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** What a request asks for: a token for a user, or the agents of the application. */
export type Operation = "authenticate" | "listAgents";

/**
 * Checks the method, path and headers of a request.
 *
 * @throws MindsetRefusal with 404, 405, 401, 403 or 415.
 */
export function checkHead(
  { method, url, headers }: { method?: string; url?: string; headers: IncomingHttpHeaders },
  { appUid, apiKeys }: { appUid: string; apiKeys: readonly string[] },
): Operation {
  const routes: Record<string, { method: string; operation: Operation }> = {
    [`/api/v1/appuid/${appUid}/sdkusers/auth`]: { method: "POST", operation: "authenticate" },
    [`/api/v2/appuid/${appUid}/agents`]: { method: "GET", operation: "listAgents" },
  };
  const route = routes[url ?? ""];
  const apiKey = headers["x-api-key"];
  if (!route) throw new MindsetRefusal(404, "no such path or app uid");
  if (method !== route.method) throw new MindsetRefusal(405, `the method must be ${route.method}`);
  if (!apiKey) throw new MindsetRefusal(401, "the header x-api-key is missing");
  if (!apiKeys.includes(String(apiKey))) throw new MindsetRefusal(403, "the API key is invalid or deleted");
  if (route.operation === "authenticate") checkContentType(headers);
  return route.operation;
}

function checkContentType(headers: IncomingHttpHeaders): void {
  const contentType = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (contentType !== "application/json") throw new MindsetRefusal(415, "the content type must be application/json");
}

/**
 * Parses the body of `sdkusers/auth`.
 *
 * @throws MindsetRefusal (400) if it is not a JSON object or breaks a rule.
 */
export function parseSdkUser(body: Buffer): SdkUser {
  const fields = parseObject(body);
  for (const [name, value] of Object.entries(fields)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    if (!rule) throw new MindsetRefusal(400, `${name} is not a known field`);
    if (!rule.accepts(value)) throw new MindsetRefusal(400, `${name} must be ${rule.text}`);
  }
  if (["externalId", "userEmail"].filter((name) => Object.hasOwn(fields, name)).length !== 1) {
    throw new MindsetRefusal(400, "exactly one of externalId and userEmail is required");
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

/** Counts characters, so an emoji is one. */
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
const EMAIL = { accepts: isEmail, text: "an email address of at most 100 characters" };

const RULES: Record<string, { accepts: (value: unknown) => boolean; text: string }> = {
  externalId: ID,
  userEmail: EMAIL,
  name: { accepts: (value) => isText(value, { min: 0, max: 100 }), text: "a string of at most 100 characters" },
  accountUids: {
    accepts: (value) => Array.isArray(value) && value.length <= 10 && value.every(isAccountUid),
    text: "a list of at most 10 uids of 20 to 128 characters",
  },
  externalTenantId: ID,
};
