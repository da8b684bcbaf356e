/** Pure: an HTTP request as the events (payload format 2.0) that an HTTP API passes to functions and authorizers. */
import type { IncomingMessage } from "node:http";
import type { RouteMatch } from "./routes.ts";

/** The parts of a request. */
export interface EventParts extends RouteMatch {
  request: IncomingMessage;
  requestId: string;
  now: Date;
}

/** What the authorizer adds to the event of the function. */
export type AuthorizerContext =
  | { jwt: { claims: Record<string, string>; scopes: string[] | null } }
  | { lambda: Record<string, unknown> | null };

/**
 * Builds the event of the function behind the route. Fields without a value are left out, as on AWS.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toFunctionEvent(parts: EventParts, authorizer: AuthorizerContext, body: Buffer) {
  const { requestContext, ...common } = toCommonFields(parts);
  const isText = isTextType(common.headers["content-type"]);
  return {
    ...common,
    requestContext: { ...requestContext, authorizer },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/**
 * Builds the event of a Lambda authorizer. It holds no body.
 *
 * @param identitySource the values of the authorizer's identity sources.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function toAuthorizerEvent(parts: EventParts, identitySource: string[]) {
  const { version, routeKey, ...common } = toCommonFields(parts);
  const { accountId, apiId, stage, http } = common.requestContext;
  const routeArn = `arn:aws:execute-api:us-east-1:${accountId}:${apiId}/${stage}/${http.method}${common.rawPath}`;
  return { version, type: "REQUEST" as const, routeArn, identitySource, routeKey, ...common };
}

function toCommonFields({ request, route, pathParameters, requestId, now }: EventParts) {
  const [rawUrlPath = "", query = ""] = splitOnce(request.url ?? "/", "?");
  const path = decodeURIComponent(rawUrlPath); // an HTTP API decodes rawPath, despite its name
  const { cookie, ...headers } = toEventHeaders(request);
  const routeKey = `${route.method} ${route.path}`;
  const domainName = (headers.host ?? "localhost").replace(/:\d+$/, "");
  return {
    version: "2.0" as const,
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie && { cookies: cookie.split("; ") }),
    headers,
    ...(query && { queryStringParameters: toParameters(query) }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: "123456789012",
      apiId: "local",
      domainName,
      domainPrefix: domainName.split(".")[0] ?? domainName,
      http: {
        method: request.method ?? "GET",
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey,
      stage: "$default",
      time: toLogTime(now),
      timeEpoch: now.getTime(),
    },
  };
}

/** Names in lower case, the values of a repeated header joined by commas, and the headers that API Gateway adds. */
function toEventHeaders({ headersDistinct, socket }: IncomingMessage): Record<string, string> {
  return {
    ...Object.fromEntries(
      Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(name === "cookie" ? "; " : ",")]),
    ),
    "x-forwarded-for": [...(headersDistinct["x-forwarded-for"] ?? []), socket.remoteAddress].join(", "),
    "x-forwarded-port": String(socket.localPort),
    "x-forwarded-proto": "http",
  };
}

function toParameters(query: string): Record<string, string> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join(",")]));
}

/**
 * Only these types arrive as text; forms and bodies without a content type arrive in base64.
 *
 * @see https://github.com/ministackorg/ministack/pull/766 which measured it on AWS; AWS does not document the types
 */
function isTextType(contentType = ""): boolean {
  return /^(text\/.+|application\/(json|xml|javascript))$/i.test(splitOnce(contentType, ";")[0]?.trim() ?? "");
}

/** Common Log Format, e.g. `12/Mar/2020:19:03:58 +0000`. */
function toLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
