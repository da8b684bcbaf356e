/** The events that variants are sent. Pure. */

const HOST = "abc123.execute-api.eu-west-1.amazonaws.com";

/** GET /api/getusertoken/{currentUserId} for a signed-in user, as API Gateway sends it to the function. */
export function tokenEvent(user: string) {
  const path = `/api/getusertoken/${user}`;
  const routeKey = "GET /api/getusertoken/{currentUserId}";
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: "",
    headers: { accept: "application/json", host: HOST, "user-agent": "bench", "x-forwarded-for": "192.0.2.1" },
    requestContext: {
      ...requestContext(path, routeKey),
      authorizer: {
        jwt: { claims: { sub: user, name: "Ada Lovelace", iss: "https://login.example.com/" }, scopes: null },
      },
    },
    pathParameters: { currentUserId: user },
    isBase64Encoded: false,
  };
}

/** A REQUEST authorizer event (payload format 2.0) with a bearer token. */
export function authorizerEvent(token: string) {
  const path = "/api/getusertoken";
  const routeKey = `POST ${path}`;
  const authorization = `Bearer ${token}`;
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: `arn:aws:execute-api:eu-west-1:123456789012:abc123/$default/POST${path}`,
    identitySource: [authorization],
    routeKey,
    rawPath: path,
    rawQueryString: "",
    headers: { accept: "application/json", authorization, host: HOST, "user-agent": "bench" },
    requestContext: requestContext(path, routeKey),
  };
}

function requestContext(path: string, routeKey: string) {
  return {
    accountId: "123456789012",
    apiId: "abc123",
    domainName: HOST,
    domainPrefix: "abc123",
    http: { method: routeKey.split(" ")[0], path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" },
    requestId: "JKJaXmPLvHcESHA=",
    routeKey,
    stage: "$default",
    time: "22/Nov/2026:12:00:00 +0000",
    timeEpoch: 1_795_348_800_000,
  };
}
