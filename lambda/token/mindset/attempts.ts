/** Edge (time): gets a token from Mindset within the time left, in at most two attempts. */
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
import { bypassesRetryBudget, pauseBeforeRetry, TokenBucket } from "./retry.ts";

/** What a request for a token needs. */
export interface TokenRequestContext {
  caller: Caller;
  tokenRequest: TokenRequest;
  apiKey: ApiKey;
  /** Milliseconds until Lambda stops the function. */
  remainingMs: number;
}

/** A token, and how it was obtained. */
export interface IssuedToken {
  authToken: string;
  /** The key that Mindset accepted: a newer one than the context's if that was rejected. */
  apiKey: ApiKey;
  upstreamStatus: number;
  /** Calls made, 1 or 2. */
  attempts: number;
}

/** @throws TokenError with `attempts` set. */
export type RequestToken = (context: TokenRequestContext) => Promise<IssuedToken>;

interface Dependencies {
  appUid: string;
  connection: MindsetConnection;
  /** Re-reads a key that Mindset rejected; undefined when there is no other key. */
  refreshAfterRejection: (rejectedKey: string) => Promise<ApiKey | undefined>;
}

const ATTEMPT_MS = 4_000;
const OVERALL_MS = 12_000;
/** Reserved for the response and the log line, before Lambda stops the function. */
const RESERVE_MS = 750;
/** An attempt with less time than this would only be cut off. */
const SHORTEST_ATTEMPT_MS = 250;

/** Creates the function that requests tokens from Mindset. Its retry budget lives as long as the function instance. */
export function createTokenRequester({ appUid, connection, refreshAfterRejection }: Dependencies): RequestToken {
  const retryBudget = new TokenBucket();
  /** Mindset has failed since its last success, other than by closing an idle connection. */
  let mindsetFailing = false;

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
        retryBudget.deposit();
        mindsetFailing = false;
        return { authToken, apiKey: key, upstreamStatus: reply.status, attempts };
      } catch (error) {
        if (error instanceof TokenError) error.attempts = attempts;
        // A connection may die while Lambda has the instance frozen; any other failure is Mindset's.
        if (attempts > 1 || !(error instanceof ConnectionDiedError)) mindsetFailing = true;
        throw error;
      }
    }

    if (timeLeft() < SHORTEST_ATTEMPT_MS) throw new UpstreamTimeoutError("No time was left to call Mindset.");
    try {
      return await attempt(1, apiKey);
    } catch (error) {
      const pauseMs = pauseBeforeRetry(error);
      const key = error instanceof UpstreamAuthFailedError ? await refreshAfterRejection(apiKey.value) : apiKey;
      if (pauseMs === undefined || key === undefined || timeLeft() - pauseMs < SHORTEST_ATTEMPT_MS) throw error;
      if (!bypassesRetryBudget(error, mindsetFailing) && !retryBudget.withdraw()) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (error instanceof UpstreamUnreachableError) connection.dropIdle();
      return attempt(2, key);
    }
  };
}
