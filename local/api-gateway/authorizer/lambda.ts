/** Edge (clock): a Lambda authorizer of an HTTP API: payload format 2.0, simple responses, results not cached. */

import { toAuthorizerEvent } from "../event.ts";
import { type FunctionHandler, invoke } from "../lambda-runtime.ts";
import { type Authorization, type Authorize, authorizerFailed, forbidden, unauthorized } from "./authorization.ts";

/** The settings of the authorizer. */
export interface LambdaAuthorizerOptions {
  handler: FunctionHandler;
  /** Headers that a request must have, e.g. `["authorization"]`; without one of them the function is not invoked. */
  identityHeaders: readonly string[];
  /** How long API Gateway waits for the function, then 500. @default 10000 */
  timeoutMs?: number;
}

/**
 * Creates the authorizer. An error called `Unauthorized` gives 401, `isAuthorized: false` gives 403, any other error
 * and any other result give 500.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function createLambdaAuthorizer(options: LambdaAuthorizerOptions): Authorize {
  const { handler, identityHeaders, timeoutMs = 10_000 } = options;
  return async (parts) => {
    const missing = identityHeaders.find((name) => !parts.request.headers[name]);
    if (missing) return unauthorized(`the header ${missing} is missing`);
    const identitySource = identityHeaders.map((name) => String(parts.request.headers[name]));
    try {
      return toAuthorization(await invoke({ handler, event: toAuthorizerEvent(parts, identitySource), timeoutMs }));
    } catch (error) {
      return toRefusal(error);
    }
  };
}

function toAuthorization(result: unknown): Authorization {
  const { isAuthorized, context } = Object(result) as { isAuthorized?: unknown; context?: Record<string, unknown> };
  if (isAuthorized === true) return { context: { lambda: context ?? null } };
  if (isAuthorized === false) return forbidden("the authorizer returned isAuthorized: false");
  return authorizerFailed("the authorizer returned no isAuthorized");
}

function toRefusal(error: unknown): Authorization {
  const message = error instanceof Error ? error.message : String(error);
  if (message === "Unauthorized") return unauthorized("the authorizer failed with Unauthorized");
  return authorizerFailed(`the authorizer failed: ${message}`);
}
