/** Pure: Caller and TokenRequest -> Mindset's request; Mindset's reply -> token, or the error it means. */
import { isUtf8 } from "node:buffer";
import type { Caller } from "../caller/identity.ts";
import {
  type TokenError,
  UpstreamAuthFailedError,
  UpstreamBadResponseError,
  UpstreamForbiddenError,
  UpstreamNotFoundError,
  UpstreamRateLimitedError,
  UpstreamRedirectedError,
  UpstreamRejectedError,
  UpstreamUnavailableError,
} from "../errors.ts";
import type { TokenRequest } from "../http/token-request.ts";

/** One HTTP request, ready to send. */
export interface MindsetRequest {
  method: "POST";
  path: string;
  headers: Record<string, string | number>;
  body: string;
}

/** Mindset's reply. `body` is empty unless the status is a success. */
export interface MindsetReply {
  status: number;
  retryAfter: string | undefined;
  body: Buffer;
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const MAX_RETRY_AFTER_SECONDS = 60;
const MAX_TOKEN_LENGTH = 8_192;

/**
 * `POST /api/v1/appuid/{appUid}/sdkusers/auth` of Mindset's SDK Users API.
 *
 * @returns a request whose bytes depend on the arguments alone.
 */
export function toMindsetRequest(token: {
  appUid: string;
  apiKey: string;
  caller: Caller;
  tokenRequest: TokenRequest;
}): MindsetRequest {
  const { appUid, apiKey, caller } = token;
  // JSON omits the fields that are undefined.
  const body = JSON.stringify({ ...caller.mindsetUser, name: friendlyNameOf(token), ...caller.granted?.privileges });
  return {
    method: "POST",
    path: `/api/v1/appuid/${appUid}/sdkusers/auth`,
    headers: {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      accept: "application/json",
      "x-api-key": apiKey,
    },
    body,
  };
}

/** The user's friendly name: the sign-in's, else the request body's. */
export function friendlyNameOf({
  caller,
  tokenRequest,
}: {
  caller: Caller;
  tokenRequest: TokenRequest;
}): string | undefined {
  return caller.name ?? tokenRequest.name;
}

/** Tells whether a reply with this status holds a token. */
export function isSuccess(status: number): boolean {
  return status === 200 || status === 201;
}

/**
 * @param nowMs milliseconds since 1970; resolves a `retry-after` that is a date.
 * @returns the `authToken`, e.g. `"eyJhbGciOi..."`; opaque.
 * @throws TokenError one class per reason; no message quotes the reply.
 */
export function parseMindsetReply(reply: MindsetReply, nowMs: number): string {
  if (!isSuccess(reply.status)) throw toFailure(reply, nowMs);
  const token = authTokenOf(reply.body);
  if (typeof token !== "string" || token === "" || token.length > MAX_TOKEN_LENGTH || /\p{Cc}/u.test(token)) {
    throw new UpstreamBadResponseError("Mindset answered without a usable token.", { upstreamStatus: reply.status });
  }
  return token;
}

function authTokenOf(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  try {
    return JSON.parse(body.toString())?.authToken;
  } catch {
    return undefined;
  }
}

function toFailure({ status, retryAfter }: MindsetReply, nowMs: number): TokenError {
  const options = { upstreamStatus: status };
  const waiting = { upstreamStatus: status, ...parseRetryAfter(retryAfter, nowMs) };
  if (status === 401) return new UpstreamAuthFailedError("Mindset rejected the service's API key.", options);
  if (status === 403) return new UpstreamForbiddenError("Mindset rejected the service's API key.", options);
  if (status === 404) return new UpstreamNotFoundError("Mindset does not know this application.", options);
  if (status === 429) return new UpstreamRateLimitedError("Mindset is receiving too many requests.", waiting);
  if (status >= 500) return new UpstreamUnavailableError("Mindset is not available.", waiting);
  if (status >= 400) return new UpstreamRejectedError("Mindset rejected the request.", options);
  if (status >= 300) return new UpstreamRedirectedError("Mindset answered with a redirect.", options);
  return new UpstreamBadResponseError("Mindset answered without a token.", options);
}

/** @see RFC 9110 section 10.2.3: delay in seconds, or an HTTP date. */
function parseRetryAfter(value = "", nowMs: number): { upstreamRetryAfterSeconds?: number } {
  const isDate = HTTP_DATE.test(value) && !Number.isNaN(Date.parse(value));
  if (!isDate && !/^\d+$/.test(value)) return {};
  const seconds = isDate ? Math.ceil((Date.parse(value) - nowMs) / 1_000) : Number(value);
  return { upstreamRetryAfterSeconds: Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS) };
}
