/** Edge (time): gets a token from Mindset within the time left, in at most two attempts. */
import type { ApiKey } from "../api-key/cache.ts";
import type { Caller } from "../caller/identity.ts";
import {
  ConnectionDiedError,
  TokenError,
  UpstreamAuthFailedError,
  UpstreamForbiddenError,
  UpstreamTimeoutError,
  UpstreamUnreachableError,
} from "../errors.ts";
import type { TokenRequest } from "../http/token-request.ts";
import { monotonicMs } from "../monotonic-clock.ts";
import type { MindsetConnection } from "./connection.ts";
import { friendlyNameOf, parseMindsetReply, toMindsetRequest } from "./protocol.ts";
import { bypassesRetryBudget, pauseBeforeRetry, RetryBudget } from "./retry.ts";

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
  /** The rejection of the request with the user's name, when the one without it was served. */
  nameProblem?: TokenError;
}

/** @throws TokenError with `attempts` set. */
export type RequestToken = (context: TokenRequestContext) => Promise<IssuedToken>;

interface Dependencies {
  appUid: string;
  connection: MindsetConnection;
  /** Re-reads a key that Mindset rejected: the key to continue with, which may be the same; undefined without a key. */
  refreshAfterRejection: (rejectedKey: string) => Promise<ApiKey | undefined>;
  /** Resolves after that many milliseconds. @default a timer */
  wait?: (ms: number) => Promise<unknown>;
}

const ATTEMPT_MS = 4_000;
const OVERALL_MS = 12_000;
/** Reserved for the response and the log line, before Lambda stops the function. */
const RESERVE_MS = 750;
/** An attempt with less time than this would only be cut off. */
const SHORTEST_ATTEMPT_MS = 250;

/** Creates the function that requests tokens from Mindset. Its state lives as long as the function instance. */
export function createTokenRequester(dependencies: Dependencies): RequestToken {
  const { appUid, connection, refreshAfterRejection, wait = timer } = dependencies;
  const retryBudget = new RetryBudget();
  /** Mindset has failed since its last success, other than by closing an idle connection. */
  let mindsetFailing = false;
  /** A key that Mindset rejected in a request without a name. */
  let badKey: string | undefined;

  return async (context) => {
    const deadline = monotonicMs() + Math.min(OVERALL_MS, context.remainingMs - RESERVE_MS);
    if (deadline - monotonicMs() < SHORTEST_ATTEMPT_MS) {
      throw new UpstreamTimeoutError("No time was left to call Mindset.");
    }
    try {
      return await attempt(1, context, deadline);
    } catch (error) {
      const pauseMs = pauseBeforeRetry(error);
      const retry = await contextOfRetry(error, context);
      if (pauseMs === undefined || !retry || deadline - monotonicMs() - pauseMs < SHORTEST_ATTEMPT_MS) throw error;
      if (!bypassesRetryBudget(error, mindsetFailing) && !retryBudget.withdraw()) throw error;
      await wait(pauseMs);
      if (error instanceof UpstreamUnreachableError) connection.dropIdle();
      const issued = await attempt(2, retry, deadline);
      return friendlyNameOf(context) === friendlyNameOf(retry)
        ? issued
        : { ...issued, nameProblem: error as TokenError };
    }
  };

  async function attempt(attempts: number, context: TokenRequestContext, deadline: number): Promise<IssuedToken> {
    const { apiKey } = context;
    try {
      const request = toMindsetRequest({ ...context, appUid, apiKey: apiKey.value });
      const reply = await connection.exchange(request, Math.min(ATTEMPT_MS, deadline - monotonicMs()));
      const authToken = parseMindsetReply(reply, Date.now());
      retryBudget.deposit();
      mindsetFailing = false;
      badKey = undefined;
      return { authToken, apiKey, upstreamStatus: reply.status, attempts };
    } catch (error) {
      if (error instanceof TokenError) error.attempts = attempts;
      if (error instanceof UpstreamAuthFailedError) attributeRejection(error, context);
      // A connection may die while Lambda has the instance frozen; any other failure is Mindset's.
      if (attempts > 1 || !(error instanceof ConnectionDiedError)) mindsetFailing = true;
      throw error;
    }
  }

  /** Decides whether the key is at fault. A firewall in front of Mindset may reject a name with a 403. */
  function attributeRejection(error: UpstreamAuthFailedError, context: TokenRequestContext): void {
    if (friendlyNameOf(context) === undefined) badKey = context.apiKey.value;
    else if (error instanceof UpstreamForbiddenError) error.operatorActionNeeded = context.apiKey.value === badKey;
  }

  /** What to send in the retry; undefined when it would fail the same way. */
  async function contextOfRetry(error: unknown, context: TokenRequestContext) {
    if (!(error instanceof UpstreamAuthFailedError)) return context;
    const apiKey = await refreshAfterRejection(context.apiKey.value);
    if (!apiKey || apiKey.value !== context.apiKey.value) return apiKey && { ...context, apiKey };
    return error.operatorActionNeeded ? undefined : withoutName(context);
  }
}

function withoutName(context: TokenRequestContext): TokenRequestContext {
  return { ...context, caller: { ...context.caller, name: undefined }, tokenRequest: { name: undefined } };
}

function timer(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
