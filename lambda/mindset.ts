/** Edge (time): a token from Mindset within the time there is: at most two attempts, the key replaced when refused. */
import type { ApiKey } from "./api-key.ts";
import type { Caller } from "./caller.ts";
import {
  ConnectionDiedError,
  TokenError,
  UpstreamAuthFailedError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
  UpstreamUnreachableError,
} from "./errors.ts";
import type { MindsetConnection } from "./mindset-connection.ts";
import { parseMindsetReply, toMindsetRequest } from "./mindset-protocol.ts";
import { monotonicMs } from "./monotonic-clock.ts";
import { RetryBudget } from "./retry-budget.ts";
import type { TokenRequest } from "./token-request.ts";

/** What one request needs. */
export interface TokenOrder {
  caller: Caller;
  tokenRequest: TokenRequest;
  apiKey: ApiKey;
  /** Milliseconds until Lambda stops the function. */
  remainingMs: number;
}

/** A token, and what it took to get it. */
export interface IssuedToken {
  authToken: string;
  upstreamStatus: number;
  /** Calls made, 1 or 2. */
  attempts: number;
}

/** @throws TokenError with `attempts` set. */
export type RequestToken = (order: TokenOrder) => Promise<IssuedToken>;

interface Dependencies {
  appUid: string;
  connection: MindsetConnection;
  /** Another key to try after Mindset refused one, if there is any. */
  replaceKey: (refused: string) => Promise<ApiKey | undefined>;
}

const MAX_ATTEMPTS = 2;
const ATTEMPT_MS = 4_000;
const OVERALL_MS = 12_000;
/** Kept back so that the answer and the log line leave before Lambda stops the function. */
const RESERVE_MS = 750;
/** With less than this a call would only be broken off. */
const SHORTEST_ATTEMPT_MS = 250;
const PAUSE_MS = { least: 100, most: 300 };
const LONGEST_PAUSE_SECONDS = 1;
const RETRIED_STATUSES = [500, 502, 503, 504];
/** No request was read when one of these came; a refused certificate, by contrast, is refused twice. */
const RETRIED_CODES = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
];

/** Creates what asks Mindset for tokens; its retry budget lives as long as the function instance. */
export const createTokenRequester = ({ appUid, connection, replaceKey }: Dependencies): RequestToken => {
  const budget = new RetryBudget();

  return async ({ caller, tokenRequest, apiKey, remainingMs }) => {
    const deadline = monotonicMs() + Math.min(OVERALL_MS, remainingMs - RESERVE_MS);
    const timeLeft = () => deadline - monotonicMs();

    const attempt = async (attempts: number, key: string): Promise<IssuedToken> => {
      try {
        const request = toMindsetRequest({ appUid, apiKey: key, caller, tokenRequest });
        const reply = await connection.exchange(request, Math.min(ATTEMPT_MS, timeLeft()));
        const authToken = parseMindsetReply(reply, Date.now());
        budget.earn();
        return { authToken, upstreamStatus: reply.status, attempts };
      } catch (error) {
        if (error instanceof TokenError) error.attempts = attempts;
        throw error;
      }
    };

    if (timeLeft() < SHORTEST_ATTEMPT_MS) throw new UpstreamTimeoutError("No time was left to ask Mindset.");
    try {
      return await attempt(1, apiKey.value);
    } catch (error) {
      const pauseMs = pauseBeforeRetry(error);
      const key = error instanceof UpstreamAuthFailedError ? (await replaceKey(apiKey.value))?.value : apiKey.value;
      if (pauseMs === undefined || key === undefined || timeLeft() - pauseMs < SHORTEST_ATTEMPT_MS) throw error;
      if (!isFreeToRetry(error, budget) && !budget.spend()) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (error instanceof UpstreamUnreachableError) connection.dropIdle();
      return attempt(MAX_ATTEMPTS, key);
    }
  };
};

/** Milliseconds; undefined when the same request would only fail again. */
const pauseBeforeRetry = (error: unknown): number | undefined => {
  const jitterMs = PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least);
  if (error instanceof UpstreamAuthFailedError) return 0;
  if (error instanceof UpstreamUnreachableError) return isTransient(error.cause) ? jitterMs : undefined;
  if (!(error instanceof UpstreamUnavailableError) || !RETRIED_STATUSES.includes(error.upstreamStatus ?? 0))
    return undefined;
  const askedSeconds = error.upstreamRetryAfterSeconds ?? 0;
  return askedSeconds > LONGEST_PAUSE_SECONDS ? undefined : Math.max(jitterMs, askedSeconds * 1_000);
};

const isTransient = (cause: unknown): boolean => RETRIED_CODES.includes((cause as NodeJS.ErrnoException)?.code ?? "");

/** Neither a refused key nor a connection that died is a failure of Mindset; but a failing Mindset also ends connections. */
const isFreeToRetry = (error: unknown, { mindsetFails }: RetryBudget): boolean =>
  error instanceof UpstreamAuthFailedError || (error instanceof ConnectionDiedError && !mindsetFails);
