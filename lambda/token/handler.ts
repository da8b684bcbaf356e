/** Pure but for the log (its other edges are handed in): the table of contents of one request. */
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { FUNCTION_TIMEOUT_SECONDS } from "../contract.ts";
import type { ApiKey } from "./api-key/cache.ts";
import { assertPathIsCallers, callerFromEvent } from "./caller/identity.ts";
import { UpstreamTimeoutError } from "./errors.ts";
import { jsonBody } from "./http/body.ts";
import { errorResponse } from "./http/error-response.ts";
import { parseTokenRequest } from "./http/token-request.ts";
import { type HttpResponse, toTokenResponse } from "./http/token-response.ts";
import { observeRequests, type TokenContext } from "./log/middleware.ts";
import type { RequestToken } from "./mindset/attempts.ts";
import type { IdentitySettings } from "./settings.ts";

/** A payload-2.0 event whose body has been parsed; nothing in it is trusted before a `parse...` has read it. */
export type TokenEvent = Omit<APIGatewayProxyEventV2, "body"> & { body?: unknown };

/** The edges of a request. */
export interface Dependencies {
  identity: IdentitySettings;
  /** @throws TokenError when there is no key. */
  readApiKey: () => Promise<ApiKey>;
  requestToken: RequestToken;
}

/** Less than the call to Mindset keeps back, so that this only fires where something else hangs. */
const LAST_RESORT_MS = 300;

/** Creates the Lambda handler: HTTP event in, HTTP response out, for every event and every failure. */
export function createHandler({ identity, readApiKey, requestToken }: Dependencies) {
  return respond()
    .use(jsonBody())
    .handler(async (event, context) => {
      const { observation } = context;
      const caller = callerFromEvent(event, identity);
      assertPathIsCallers(event, caller);
      const tokenRequest = parseTokenRequest(event.body);
      const apiKey = await readApiKey();
      Object.assign(observation, { caller, apiKey });
      const issued = await requestToken({ caller, tokenRequest, apiKey, remainingMs: remainingMs(context) });
      Object.assign(observation, { issued, apiKey: issued.apiKey });
      return toTokenResponse(issued.authToken, observation.requestId);
    });
}

/** Creates a handler that answers every request with the same error: for a function that is not set up correctly. */
export function createFailingHandler(reason: unknown) {
  return respond().handler(async () => {
    throw reason;
  });
}

/** What every route shares: one answer whatever happens, and one log line for it. */
function respond() {
  return middy<TokenEvent, HttpResponse, Error, TokenContext>({
    timeoutEarlyInMillis: LAST_RESORT_MS,
    timeoutEarlyResponse: () => {
      throw new UpstreamTimeoutError("No answer in time.");
    },
  })
    .use(observeRequests()) // attached first, so its onError runs last
    .use(errorResponse());
}

function remainingMs({ getRemainingTimeInMillis }: Context): number {
  return getRemainingTimeInMillis?.() ?? FUNCTION_TIMEOUT_SECONDS * 1_000;
}
