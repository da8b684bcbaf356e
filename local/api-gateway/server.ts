/** Edge (network): a server that behaves as API Gateway's HTTP API does with this stack's settings. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ROUTES } from "../../lambda/contract.ts";
import { readBody } from "../http/request-body.ts";
import { type LocalServer, startServer } from "../http/server.ts";
import { isPreflight, preflightResponse, withCors } from "./cors.ts";
import { toHttpApiEvent } from "./event.ts";
import { createJwtAuthorizer, type JwtAuthorizerOptions } from "./jwt-authorizer.ts";
import { type FunctionHandler, invoke } from "./lambda-runtime.ts";
import { type GatewayResponse, gatewayMessage, toGatewayResponse } from "./response.ts";
import { findRoute, type Route } from "./routes.ts";
import type { Throttle } from "./throttle.ts";
import { withTimeLimit } from "./time-limit.ts";

const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** What {@link startApiGateway} needs. */
export interface ApiGatewayOptions {
  /** The port, or 0 for any free one. */
  port: number;
  /** The function behind every route. */
  handler: FunctionHandler;
  /** Whose tokens open the routes. */
  authorizer: JwtAuthorizerOptions;
  /** @default - those of the contract */
  routes?: readonly Route[];
  /** Exact origins of the pages that may call; with none the API has no CORS. @default - none */
  allowedOrigins?: readonly string[];
  /** Says which requests are too many. @default - none are */
  throttle?: Throttle;
  /** Where a browser is led that opens the API itself; AWS leads nobody anywhere. @default - 404, as on AWS */
  landingPage?: string;
  /** Told of every request when it arrives; what comes of it is added later. @default - nobody */
  onAccess?: (entry: AccessLogEntry) => void;
  /** How long Lambda lets the function run, then 500. @default - as deployed */
  functionTimeoutMs?: number;
  /** How long API Gateway waits, then 503. @default 30000 */
  integrationTimeoutMs?: number;
  /** Told why a call of the function failed. @default - nobody */
  onFunctionError?: (error: unknown) => void;
}

/** What the access log says of a request. */
export interface AccessLogEntry {
  requestId: string;
  method: string;
  /** By `performance.now()`. */
  startedAtMs: number;
  /** Known when it has been answered. */
  status?: number;
  /** Known when it has been answered. */
  durationMs?: number;
}

/** Starts the HTTP API on 127.0.0.1. */
export function startApiGateway(options: ApiGatewayOptions): Promise<LocalServer> {
  const { port, allowedOrigins = [], onAccess } = options;
  const answer = createAnswer(options);
  return startServer({
    port,
    listener: async (request, response) => {
      const requestId = randomUUID();
      const entry: AccessLogEntry = { requestId, method: request.method ?? "", startedAtMs: performance.now() };
      onAccess?.(entry);
      const origin = allowedOrigins.find((allowed) => allowed === request.headers.origin);
      const { status, headers, body } =
        allowedOrigins.length > 0 && isPreflight(request.method, request.headers)
          ? preflightResponse(origin)
          : withCors(await answer(request, requestId), origin);
      Object.assign(entry, { status, durationMs: performance.now() - entry.startedAtMs });
      response.statusCode = status;
      response.setHeaders(new Map(Object.entries({ ...headers, "apigw-requestid": requestId }))).end(body);
    },
  });
}

/** One request: its route, the authorizer, its body, the function. */
function createAnswer(options: ApiGatewayOptions) {
  const { routes = ROUTES, integrationTimeoutMs = 30_000, throttle, landingPage } = options;
  const authorize = createJwtAuthorizer(options.authorizer);

  return async (request: IncomingMessage, requestId: string): Promise<GatewayResponse> => {
    if (landingPage && request.url === "/") return { status: 302, headers: { location: landingPage }, body: "" };
    const match = findRoute(routes, request);
    if (!match) return gatewayMessage(404, "Not Found");
    if (throttle?.refuses()) return gatewayMessage(429, "Too Many Requests");

    const authorization = await authorize(request.headers.authorization);
    if ("refusal" in authorization) return authorization.refusal;

    const body = await readBody(request, MAX_BODY_BYTES);
    if (!body) return gatewayMessage(413, "Request Entity Too Large");

    const event = toHttpApiEvent({ ...match, ...authorization, request, body, requestId, now: new Date() });
    return withTimeLimit(callFunction(options, event), {
      limitMs: integrationTimeoutMs,
      onLate: () => gatewayMessage(503, "Service Unavailable"),
    });
  };
}

async function callFunction(
  { handler, functionTimeoutMs, onFunctionError }: ApiGatewayOptions,
  event: unknown,
): Promise<GatewayResponse> {
  try {
    return toGatewayResponse(
      await invoke({ handler, event, ...(functionTimeoutMs && { timeoutMs: functionTimeoutMs }) }),
    );
  } catch (error) {
    onFunctionError?.(error);
    return gatewayMessage(500, "Internal Server Error");
  }
}
