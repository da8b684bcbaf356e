/** Edge (network): a server that behaves as an HTTP API of API Gateway does with this stack's settings. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ROUTES } from "../../lambda/contract.ts";
import { readBody } from "../http/request-body.ts";
import { type LocalServer, startServer } from "../http/server.ts";
import type { Authorize } from "./authorizer/authorization.ts";
import { createJwtAuthorizer, type JwtAuthorizerOptions } from "./authorizer/jwt.ts";
import { createLambdaAuthorizer, type LambdaAuthorizerOptions } from "./authorizer/lambda.ts";
import { isPreflight, preflightResponse, withCors } from "./cors.ts";
import { toFunctionEvent } from "./event.ts";
import { type FunctionHandler, invoke, withTimeLimit } from "./lambda-runtime.ts";
import { type GatewayResponse, gatewayMessage, toGatewayResponse } from "./response.ts";
import { findRoute, type Route } from "./routes.ts";

const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Options of {@link startApiGateway}. */
export interface ApiGatewayOptions {
  /** The port; 0 for any free port. */
  port: number;
  /** The function behind every route. */
  handler: FunctionHandler;
  /** Verifies the caller of every route. */
  authorizer: JwtAuthorizerOptions | LambdaAuthorizerOptions;
  /** @default - the routes of the contract */
  routes?: readonly Route[];
  /** Exact origins of the pages that may call. @default - none, and no CORS */
  allowedOrigins?: readonly string[];
  /** Whether those pages may send cookies. @default false */
  allowCredentials?: boolean;
  /** Returns true for a request to answer with 429. @default - none */
  isThrottled?: () => boolean;
  /** Redirect target for `GET /`. Local only: API Gateway answers with 404. @default - 404 */
  landingPage?: string;
  /** Called for each request as it arrives; the outcome is filled in later. @default - no callback */
  onAccess?: (entry: AccessLogEntry) => void;
  /** Called for each request that the authorizer refused. @default - no callback */
  onRefusal?: (entry: AccessLogEntry) => void;
  /** When Lambda stops the function; API Gateway then answers with 500. @default - as deployed */
  functionTimeoutMs?: number;
  /** When API Gateway stops waiting; it then answers with 503. @default 30000 */
  integrationTimeoutMs?: number;
  /** Called with the error of a failed invocation. @default - no callback */
  onFunctionError?: (error: unknown) => void;
}

/** The access log entry of a request. */
export interface AccessLogEntry {
  requestId: string;
  method: string;
  /** By `performance.now()`. */
  startedAtMs: number;
  /** Set when the response is sent. */
  status?: number;
  /** Set when the response is sent. */
  durationMs?: number;
  /** Why the authorizer refused, e.g. `the token has expired`; never shown to the caller by API Gateway. */
  authorizerError?: string;
}

/** Starts the HTTP API on 127.0.0.1. */
export function startApiGateway(options: ApiGatewayOptions): Promise<LocalServer> {
  const { port, allowedOrigins = [], allowCredentials = false, onAccess, onRefusal } = options;
  const answer = createAnswer(options);
  return startServer({
    port,
    listener: async (request, response) => {
      const { method = "", headers } = request;
      const entry: AccessLogEntry = { requestId: randomUUID(), method, startedAtMs: performance.now() };
      onAccess?.(entry);
      const origin = allowedOrigins.find((allowed) => allowed === headers.origin);
      const page = origin === undefined ? undefined : { origin, credentials: allowCredentials };
      const { status, body, ...answered } =
        allowedOrigins.length > 0 && isPreflight(method, headers)
          ? preflightResponse(page)
          : withCors(await answer(request, entry), page);
      Object.assign(entry, { status, durationMs: performance.now() - entry.startedAtMs });
      if (entry.authorizerError) onRefusal?.(entry);
      response.statusCode = status;
      response.setHeaders(new Map(Object.entries({ ...answered.headers, "apigw-requestid": entry.requestId })));
      response.end(body);
    },
  });
}

/** One request: route, throttling, authorizer, body, function. */
function createAnswer(options: ApiGatewayOptions) {
  const { routes = ROUTES, integrationTimeoutMs = 30_000, isThrottled, landingPage } = options;
  const authorize = createAuthorizer(options.authorizer);

  return async (request: IncomingMessage, entry: AccessLogEntry): Promise<GatewayResponse> => {
    if (landingPage && request.url === "/") return { status: 302, headers: { location: landingPage }, body: "" };
    const match = findRoute(routes, request);
    if (!match) return gatewayMessage(404, "Not Found");
    if (isThrottled?.()) return gatewayMessage(429, "Too Many Requests");

    const parts = { ...match, request, requestId: entry.requestId, now: new Date() };
    const authorization = await authorize(parts);
    if ("refusal" in authorization) {
      entry.authorizerError = authorization.reason;
      return authorization.refusal;
    }

    const body = await readBody(request, MAX_BODY_BYTES);
    if (!body) return gatewayMessage(413, "Request Entity Too Large");

    return withTimeLimit(callFunction(options, toFunctionEvent(parts, authorization.context, body)), {
      limitMs: integrationTimeoutMs,
      onTimeout: () => gatewayMessage(503, "Service Unavailable"),
    });
  };
}

function createAuthorizer(options: ApiGatewayOptions["authorizer"]): Authorize {
  if ("handler" in options) return createLambdaAuthorizer(options);
  const authorize = createJwtAuthorizer(options);
  return ({ request }) => authorize(request.headers.authorization);
}

async function callFunction(options: ApiGatewayOptions, event: unknown): Promise<GatewayResponse> {
  const { handler, functionTimeoutMs, onFunctionError } = options;
  try {
    return toGatewayResponse(await invoke({ handler, event, timeoutMs: functionTimeoutMs }));
  } catch (error) {
    onFunctionError?.(error);
    return gatewayMessage(500, "Internal Server Error");
  }
}
