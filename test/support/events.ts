/** Builds API Gateway payload-2.0 events as the authorizers leave them. */

type Claims = Record<string, unknown>;

/** What a test may change of an event; everything else is as API Gateway would send it. */
export interface EventOptions {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
  currentUserId?: string;
  requestId?: string;
  /** Who verified the claims: API Gateway's JWT authorizer, or a Lambda authorizer. @default "jwt" */
  source?: "jwt" | "lambda";
}

/** @param claims e.g. `{ sub: "u-42" }`; undefined leaves out the whole authorizer context. */
export function tokenEvent(claims?: Claims, options: EventOptions = {}) {
  const {
    method = "POST",
    headers = {},
    body,
    isBase64Encoded = false,
    currentUserId,
    requestId = "JKJaXmPLvHcESHA=",
    source = "jwt",
  } = options;
  const path = `/api/getusertoken${currentUserId === undefined ? "" : `/${currentUserId}`}`;
  const routeKey = `${method} /api/getusertoken${currentUserId === undefined ? "" : "/{currentUserId}"}`;
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: "",
    headers: { host: "abc123.execute-api.eu-west-1.amazonaws.com", "x-forwarded-for": "192.0.2.1", ...headers },
    requestContext: {
      accountId: "123456789012",
      apiId: "abc123",
      ...(claims && { authorizer: source === "jwt" ? { jwt: { claims, scopes: null } } : { lambda: claims } }),
      domainName: "abc123.execute-api.eu-west-1.amazonaws.com",
      domainPrefix: "abc123",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId,
      routeKey,
      stage: "$default",
      time: "22/Nov/2026:12:00:00 +0000",
      timeEpoch: 1_795_348_800_000,
    },
    ...(currentUserId !== undefined && { pathParameters: { currentUserId } }),
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
}

/** A JSON body with its content type. */
export function json(value: unknown): EventOptions {
  return {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  };
}
