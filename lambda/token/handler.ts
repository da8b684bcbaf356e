/** The steps of one request, in order. Its I/O is injected, except the log. */
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { FUNCTION_TIMEOUT_SECONDS } from "../contract.ts";
import type { GrantsData } from "../grants-data.ts";
import type { ApiKey } from "./api-key/cache.ts";
import { callerFromEvent } from "./caller/identity.ts";
import { assertPathIsCallers } from "./caller/path.ts";
import { UpstreamTimeoutError } from "./errors.ts";
import { jsonBody } from "./http/body.ts";
import { assertOriginMaySendCookies } from "./http/origin.ts";
import { errorResponse, type HttpResponse, toTokenResponse } from "./http/response.ts";
import { parseTokenRequest } from "./http/token-request.ts";
import { observeRequests, type TokenContext } from "./log/middleware.ts";
import type { RequestToken } from "./mindset/attempts.ts";
import type { IdentitySettings } from "./settings.ts";

/** A payload-2.0 event with its body parsed; do not trust any of it before a `parse...` function has read it. */
export type TokenEvent = Omit<APIGatewayProxyEventV2, "body"> & { body?: unknown };

/** What the handler needs besides the event. */
export interface Dependencies {
  identity: IdentitySettings;
  cookieOrigins?: readonly string[];
  /** @default - nothing is granted */
  grants?: GrantsData;
  /** @throws TokenError when there is no key. */
  readApiKey: () => Promise<ApiKey>;
  requestToken: RequestToken;
}

/** Shorter than the reserve of the Mindset call, so this fires only if something else hangs. */
const LAST_RESORT_MS = 300;

/** Creates the Lambda handler. It answers every event and every failure with an HTTP response. */
export function createHandler({ identity, cookieOrigins, grants, readApiKey, requestToken }: Dependencies) {
  return respond()
    .use(jsonBody())
    .handler(async (event, context) => {
      const { observation } = context;
      assertOriginMaySendCookies(event, cookieOrigins);
      const caller = callerFromEvent(event, identity, grants);
      assertPathIsCallers(event, caller);
      const tokenRequest = parseTokenRequest(event.body);
      const apiKey = await readApiKey();
      Object.assign(observation, { caller, apiKey });
      const issued = await requestToken({ caller, tokenRequest, apiKey, remainingMs: remainingMs(context) });
      Object.assign(observation, { issued, apiKey: issued.apiKey });
      return toTokenResponse(issued.authToken, observation.requestId);
    });
}

/** Creates a handler that answers every request with the same error, for a misconfigured function. */
export function createFailingHandler(reason: unknown) {
  return respond().handler(async () => {
    throw reason;
  });
}

/** What every route shares: one response, whatever happens, and one log line. */
function respond() {
  return middy<TokenEvent, HttpResponse, Error, TokenContext>({
    timeoutEarlyInMillis: LAST_RESORT_MS,
    timeoutEarlyResponse: () => {
      throw new UpstreamTimeoutError("No response in time.");
    },
  })
    .use(observeRequests()) // attached first, so its onError runs last
    .use(errorResponse());
}

function remainingMs({ getRemainingTimeInMillis }: Context): number {
  return getRemainingTimeInMillis?.() ?? FUNCTION_TIMEOUT_SECONDS * 1_000;
}
