/** Pure: an HTTP request as the event (payload format 2.0) that API Gateway's HTTP API gives to a function. */
import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import type { JWTPayload } from "jose";
import { toClaimStrings } from "./claims.ts";
import type { RouteMatch } from "./routes.ts";

/** What the event is made of; everything has been checked by then. */
export interface EventParts extends RouteMatch {
  request: IncomingMessage;
  body: Buffer;
  requestId: string;
  claims: JWTPayload;
  /** The token's scopes when the route asks for some, else null. */
  scopes: string[] | null;
  now: Date;
}

/**
 * Builds the event; what the request does not have, the event does not have either.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toHttpApiEvent(parts: EventParts): APIGatewayProxyEventV2WithJWTAuthorizer {
  const { request, route, pathParameters, body } = parts;
  const [path = "", query = ""] = splitOnce(request.url ?? "/", "?");
  const { cookie, ...headers } = toEventHeaders(request);
  const isText = isTextType(headers["content-type"]);
  return {
    version: "2.0",
    routeKey: `${route.method} ${route.path}`,
    rawPath: decodeURIComponent(path), // an HTTP API decodes it, despite the name
    rawQueryString: query,
    ...(cookie && { cookies: cookie.split("; ") }),
    headers,
    ...(query && { queryStringParameters: toParameters(query) }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: toRequestContext({ ...parts, headers, path: decodeURIComponent(path) }),
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function toRequestContext({
  request,
  route,
  requestId,
  claims,
  scopes,
  now,
  headers,
  path,
}: EventParts & {
  headers: Record<string, string>;
  path: string;
}): APIGatewayProxyEventV2WithJWTAuthorizer["requestContext"] {
  const domainName = (headers.host ?? "localhost").replace(/:\d+$/, "");
  return {
    accountId: "123456789012",
    apiId: "local",
    authorizer: { jwt: { claims: toClaimStrings(claims), scopes } },
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
    routeKey: `${route.method} ${route.path}`,
    stage: "$default",
    time: toLogTime(now),
    timeEpoch: now.getTime(),
  };
}

/** Names in lower case, the values of a repeated header joined by commas; and what API Gateway adds. */
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

/** Measured on AWS: only these arrive as text; forms and bodies without a content type are base64. */
function isTextType(contentType = ""): boolean {
  return /^(text\/.+|application\/(json|xml|javascript))$/i.test(splitOnce(contentType, ";")[0]?.trim() ?? "");
}

/** The Common Log Format's, e.g. `12/Mar/2020:19:03:58 +0000`. */
function toLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
