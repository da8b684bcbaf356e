/** Decides about one request: reads the credentials, verifies them, and passes the caller's claims to the token function. */
import type { Context } from "aws-lambda";
import { type OidcSignIn, type SignInSettings, USERS_ONLY_CLAIMS, type UserinfoSignIn } from "../sign-in-settings.ts";
import { type AuthorizerContext, toJsonContext, toPlainContext } from "./claims.ts";
import { logRefusal } from "./log.ts";
import { createTokenVerifier } from "./oidc/verifier.ts";
import { Refusal } from "./refusal.ts";
import { type AuthorizerEvent, assertAllowedOrigin, bearerToken, cookieValue } from "./request.ts";
import { createUserinfoClient } from "./userinfo.ts";

/** A simple response (payload format 2.0). */
export interface AuthorizerResponse {
  isAuthorized: boolean;
  context?: AuthorizerContext;
}

type Authorize = (event: AuthorizerEvent) => Promise<AuthorizerContext>;

/**
 * Creates the Lambda handler of a REQUEST authorizer.
 *
 * It answers with `isAuthorized: true` and the caller's claims, or `isAuthorized: false`, which API Gateway turns into 403. It throws
 * an error with the message `Unauthorized`, which becomes 401, and any other error, which becomes 500.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function createHandler(settings: SignInSettings) {
  const authorize = settings.type === "oidc" ? createOidc(settings) : createUserinfo(settings);
  return respond(async (event) => {
    if (settings.allowedOrigins) assertAllowedOrigin(event, settings.allowedOrigins);
    return authorize(event);
  });
}

/** Creates a handler that lets no request through: for settings that are not valid. */
export function createFailingHandler(reason: unknown) {
  return respond(async () => {
    throw reason;
  });
}

function createOidc({ issuers, token, handOn, grantClaims = [] }: OidcSignIn): Authorize {
  const verify = createTokenVerifier(issuers);
  return async (event) => {
    const jwt = "cookie" in token ? cookieValue(event, token.cookie) : bearerToken(event, token.header);
    const { claims, issuerAlias } = await verify(jwt);
    // Removed, so that no claim can choose the alias.
    const { issuerAlias: _, ...context } = {
      ...toJsonContext(claims, grantClaims),
      ...toPlainContext(claims, [...USERS_ONLY_CLAIMS, ...handOn]),
    };
    return issuerAlias === undefined ? context : { ...context, issuerAlias };
  };
}

function createUserinfo(settings: UserinfoSignIn): Authorize {
  const ask = createUserinfoClient(settings);
  return async (event) => {
    const { answer, user } = await ask(event);
    // Removed, so that no claim can choose the alias.
    const { issuerAlias: _, ...context } = {
      ...toJsonContext(answer, settings.grantClaims ?? []),
      ...toPlainContext(answer, USERS_ONLY_CLAIMS),
      ...user,
    };
    return context;
  };
}

function respond(authorize: Authorize) {
  let coldStart = true;
  return async (event: AuthorizerEvent, context?: Partial<Context>): Promise<AuthorizerResponse> => {
    const startedAt = performance.now();
    const wasColdStart = coldStart;
    coldStart = false;
    try {
      return { isAuthorized: true, context: await authorize(event) };
    } catch (error) {
      const refusal = toRefusal(error);
      logRefusal(refusal, {
        requestId: event?.requestContext?.requestId,
        awsRequestId: context?.awsRequestId,
        functionName: context?.functionName,
        durationMs: Math.round(performance.now() - startedAt),
        coldStart: wasColdStart,
      });
      if (refusal.status === 403) return { isAuthorized: false };
      throw new Error(refusal.status === 401 ? "Unauthorized" : "The sign-in cannot be checked; see the log.");
    }
  };
}

function toRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal("INTERNAL", "Unexpected error.", error);
}
