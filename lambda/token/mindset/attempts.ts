/** Edge (time): a token from Mindset within the time there is: at most two attempts, the key replaced when refused. */
import type { ApiKey } from "../api-key/cache.ts";
import type { Caller } from "../caller/identity.ts";
import {
  ConnectionDiedError,
  TokenError,
  UpstreamAuthFailedError,
  UpstreamTimeoutError,
  UpstreamUnreachableError,
} from "../errors.ts";
import type { TokenRequest } from "../http/token-request.ts";
import { monotonicMs } from "../monotonic-clock.ts";
import type { MindsetConnection } from "./connection.ts";
import { parseMindsetReply, toMindsetRequest } from "./protocol.ts";
import { RetryBudget } from "./retry-budget.ts";
import { isFreeToRetry, pauseBeforeRetry } from "./retry-policy.ts";

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
  /** The key that Mindset accepted: another one than the order's, if that was refused. */
  apiKey: ApiKey;
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

const ATTEMPT_MS = 4_000;
const OVERALL_MS = 12_000;
/** Kept back so that the answer and the log line leave before Lambda stops the function. */
const RESERVE_MS = 750;
/** With less than this a call would only be broken off. */
const SHORTEST_ATTEMPT_MS = 250;

/** Creates what asks Mindset for tokens; its retry budget lives as long as the function instance. */
export function createTokenRequester({ appUid, connection, replaceKey }: Dependencies): RequestToken {
  const budget = new RetryBudget();

  return async ({ caller, tokenRequest, apiKey, remainingMs }) => {
    const deadline = monotonicMs() + Math.min(OVERALL_MS, remainingMs - RESERVE_MS);
    function timeLeft() {
      return deadline - monotonicMs();
    }

    async function attempt(attempts: number, key: ApiKey): Promise<IssuedToken> {
      try {
        const request = toMindsetRequest({ appUid, apiKey: key.value, caller, tokenRequest });
        const reply = await connection.exchange(request, Math.min(ATTEMPT_MS, timeLeft()));
        const authToken = parseMindsetReply(reply, Date.now());
        budget.earn();
        return { authToken, apiKey: key, upstreamStatus: reply.status, attempts };
      } catch (error) {
        if (error instanceof TokenError) error.attempts = attempts;
        // The first connection may have died while Lambda slept; whatever else happens is Mindset's doing.
        if (attempts > 1 || !(error instanceof ConnectionDiedError)) budget.fail();
        throw error;
      }
    }

    if (timeLeft() < SHORTEST_ATTEMPT_MS) throw new UpstreamTimeoutError("No time was left to ask Mindset.");
    try {
      return await attempt(1, apiKey);
    } catch (error) {
      const pauseMs = pauseBeforeRetry(error);
      const key = error instanceof UpstreamAuthFailedError ? await replaceKey(apiKey.value) : apiKey;
      if (pauseMs === undefined || key === undefined || timeLeft() - pauseMs < SHORTEST_ATTEMPT_MS) throw error;
      if (!isFreeToRetry(error, budget) && !budget.spend()) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (error instanceof UpstreamUnreachableError) connection.dropIdle();
      return attempt(2, key);
    }
  };
}
