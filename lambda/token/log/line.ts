/** Pure: what is known about a request -> its log line. No claim, email address, name, token, key, header or body. */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { METRICS } from "../../contract.ts";
import type { ApiKey } from "../api-key/cache.ts";
import type { GrantLog } from "../caller/grants.ts";
import type { Caller } from "../caller/identity.ts";
import { InternalError, type TokenError } from "../errors.ts";
import type { IssuedToken } from "../mindset/attempts.ts";

/** What the handler learns about a request as it goes; nothing here is printed as it is. */
export interface Observation {
  readonly requestId: string;
  readonly awsRequestId: string | undefined;
  readonly coldStart: boolean;
  readonly startedAtMs: number;
  caller?: Caller;
  apiKey?: ApiKey;
  issued?: IssuedToken;
}

/** The log line; JSON leaves out the fields that are undefined. */
export interface LogLine {
  level: "INFO" | "WARN" | "ERROR";
  /** e.g. `"token issued"`. */
  message: string;
  /** ISO 8601, UTC. */
  timestamp: string;
  service: string;
  /** `issued`; `refused` for what the caller sent or is (4xx); `failed` for an error of the service or Mindset (5xx). */
  outcome: "issued" | "refused" | "failed";
  /** API Gateway's request id, as in the response and in the access log. */
  requestId: string;
  /** Lambda's request id, as in Lambda's own log lines. */
  awsRequestId: string | undefined;
  /** The exact reason, e.g. `UPSTREAM_AUTH_FAILED`. */
  code: string | undefined;
  /** What the code means in this case, for the operator. */
  reason: string | undefined;
  /** Code or name of the underlying error, e.g. `ECONNREFUSED`. */
  cause: string | undefined;
  /** Where an unexpected error was thrown: frames only, because a message may quote anything. */
  stack: string[] | undefined;
  /** HTTP status of the response. */
  status: number;
  /** HTTP status of Mindset's response. */
  upstreamStatus: number | undefined;
  /** Number of calls to Mindset. */
  attempts: number;
  durationMs: number;
  apiKeyAgeSeconds: number | undefined;
  /** Why the last refresh of the key failed, e.g. `SECRET_UNAVAILABLE`. */
  apiKeyProblem: string | undefined;
  /** Why the token was issued without the user's name: Mindset rejected the request with it, e.g. `UPSTREAM_FORBIDDEN`. */
  nameProblem: string | undefined;
  coldStart: boolean;
  /** What the rules of `grants` granted. */
  grants: GrantLog | undefined;
  /** 16 hex digits, the same for one user until the key is rotated; computing them needs the key. */
  subjectHash: string | undefined;
}

const MAX_STACK_FRAMES = 8;

/**
 * @param error undefined when a token was issued.
 * @param now `monotonicMs` on the clock of `observation.startedAtMs`.
 */
export function toLogLine(
  observation: Observation,
  error: TokenError | undefined,
  now: { monotonicMs: number; date: Date },
): LogLine {
  const { requestId, awsRequestId, coldStart, startedAtMs, caller, apiKey, issued } = observation;
  const status = error?.status ?? 200;
  const outcome = error === undefined ? "issued" : status < 500 ? "refused" : "failed";
  return {
    level: levelOf(outcome, problemOf(observation, error), caller?.granted?.log.warnings),
    message: `token ${outcome}`,
    timestamp: now.date.toISOString(),
    service: METRICS.service,
    outcome,
    requestId,
    awsRequestId,
    code: error?.code,
    reason: error?.message,
    cause: error && causeOf(error.cause),
    stack: error instanceof InternalError ? framesOf(error.cause) : undefined,
    status,
    upstreamStatus: issued?.upstreamStatus ?? error?.upstreamStatus,
    attempts: issued?.attempts ?? error?.attempts ?? 0,
    durationMs: Math.round(now.monotonicMs - startedAtMs),
    apiKeyAgeSeconds: apiKey && Math.round(apiKey.ageMs / 1_000),
    apiKeyProblem: apiKey?.problem?.code,
    nameProblem: issued?.nameProblem?.code,
    coldStart,
    grants: caller?.granted?.log,
    subjectHash: caller && apiKey && hashUser(caller, apiKey.value),
  };
}

/** Why the request failed or, when it did not, what went wrong on the way: refreshing the API key, or the name. */
export function problemOf({ apiKey, issued }: Observation, error: TokenError | undefined): TokenError | undefined {
  return error ?? apiKey?.problem ?? issued?.nameProblem;
}

function levelOf(
  outcome: LogLine["outcome"],
  problem: TokenError | undefined,
  warnings: GrantLog["warnings"],
): LogLine["level"] {
  if (outcome === "failed" || problem?.operatorActionNeeded) return "ERROR";
  return problem || warnings ? "WARN" : "INFO";
}

function causeOf(cause: unknown): string | undefined {
  const { code, name } = (cause ?? {}) as { code?: unknown; name?: unknown };
  return [code, name].find((word): word is string => typeof word === "string" && /^\w{1,64}$/.test(word));
}

function framesOf(cause: unknown): string[] {
  if (!(cause instanceof Error) || typeof cause.stack !== "string") return [];
  const frames = cause.stack.replace(cause.message, "").split("\n");
  return frames
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .map((line) => line.trim())
    .slice(0, MAX_STACK_FRAMES);
}

function hashUser({ mindsetUser }: Caller, apiKey: string): string {
  const [id = ""] = Object.values(mindsetUser); // not the subject, which two issuers can share
  return createHmac("sha256", hashKeyOf(apiKey)).update(id).digest("hex").slice(0, 16);
}

// A derived key, so that nothing computed with the API key itself is printed; cached, because deriving it takes 30 us.
function hashKeyOf(apiKey: string): KeyObject {
  if (derived?.apiKey !== apiKey) {
    const hashKey = createHmac("sha256", apiKey).update("mindset-token-endpoint/subject-hash/1").digest();
    derived = { apiKey, hashKey: createSecretKey(hashKey) };
  }
  return derived.hashKey;
}

let derived: { apiKey: string; hashKey: KeyObject } | undefined;
