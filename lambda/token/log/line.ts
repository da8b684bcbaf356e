/** Pure: what is known of a request -> the fields of its log line. No claim, e-mail, name, token, key, header or body. */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { ApiKey } from "../api-key/cache.ts";
import type { Caller } from "../caller/identity.ts";
import { InternalError, type TokenError } from "../errors.ts";
import type { IssuedToken } from "../mindset/attempts.ts";

/** What the handler tells about a request while it works on it; nothing in it is printed as it is. */
export interface Observation {
  readonly requestId: string;
  readonly coldStart: boolean;
  readonly startedAtMs: number;
  caller?: Caller;
  apiKey?: ApiKey;
  issued?: IssuedToken;
}

/** The fields of the log line; those that do not apply are absent. */
export interface LogLine {
  /** `issued`; `refused` for what the caller sent or is (4xx); `failed` for what went wrong behind (5xx). */
  outcome: "issued" | "refused" | "failed";
  /** The same as the caller got, and as stands in the access log of API Gateway. */
  requestId: string;
  /** The exact reason, e.g. `UPSTREAM_AUTH_FAILED`. */
  code?: string;
  /** What the code means here; for the operator. */
  reason?: string;
  /** Code or name of the error underneath, e.g. `ECONNREFUSED`. */
  cause?: string;
  /** Where something unforeseen was thrown: frames only, since a message may quote anything. */
  stack?: string[];
  /** HTTP status that the caller got. */
  status: number;
  /** HTTP status that Mindset answered with. */
  upstreamStatus?: number;
  /** Calls made to Mindset. */
  attempts: number;
  durationMs: number;
  apiKeyAgeSeconds?: number;
  /** Why a key that was due could not be read again, e.g. `SECRET_UNAVAILABLE`. */
  apiKeyProblem?: string;
  coldStart: boolean;
  /** 16 hex digits that stand for one subject until the key is rotated; they cannot be computed without the key. */
  subjectHash?: string;
}

/** @param error undefined for a token that was handed out. */
export function toLogLine(observation: Observation, error: TokenError | undefined, nowMs: number): LogLine {
  const { requestId, coldStart, startedAtMs, caller, apiKey, issued } = observation;
  const status = error?.status ?? 200;
  return withoutAbsent({
    outcome: error === undefined ? "issued" : status < 500 ? "refused" : "failed",
    requestId,
    code: error?.code,
    reason: error?.message,
    cause: error && nameOf(error.cause),
    stack: error instanceof InternalError ? framesOf(error.cause) : undefined,
    status,
    upstreamStatus: issued?.upstreamStatus ?? error?.upstreamStatus,
    attempts: issued?.attempts ?? error?.attempts ?? 0,
    durationMs: Math.round(nowMs - startedAtMs),
    apiKeyAgeSeconds: apiKey && Math.round(apiKey.ageMs / 1_000),
    apiKeyProblem: apiKey?.problem?.code,
    coldStart,
    subjectHash: caller && apiKey && hashSubject(caller.subject, apiKey.value),
  });
}

function hashSubject(subject: string, apiKey: string): string {
  return createHmac("sha256", hashKeyOf(apiKey)).update(subject).digest("hex").slice(0, 16);
}

/** Derived, so that nothing computed with the API key itself is ever printed; kept, since making it costs 30 us. */
function hashKeyOf(apiKey: string): KeyObject {
  if (derived?.apiKey !== apiKey) {
    const hashKey = createHmac("sha256", apiKey).update("mindset-token-endpoint/subject-hash/1").digest();
    derived = { apiKey, hashKey: createSecretKey(hashKey) };
  }
  return derived.hashKey;
}

let derived: { apiKey: string; hashKey: KeyObject } | undefined;

function nameOf(cause: unknown): string | undefined {
  const { code, name } = (cause ?? {}) as { code?: unknown; name?: unknown };
  return [code, name].find((word): word is string => typeof word === "string" && /^\w{1,64}$/.test(word));
}

function framesOf(cause: unknown): string[] {
  if (!(cause instanceof Error) || typeof cause.stack !== "string") return [];
  const frames = cause.stack.replace(cause.message, "").split("\n").slice(1);
  return frames
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .map((line) => line.trim())
    .slice(0, 8);
}

function withoutAbsent<T extends object>(fields: T) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as unknown as LogLine;
}
