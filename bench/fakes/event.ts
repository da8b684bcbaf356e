/** The event that every variant is sent. Pure. */

/** GET /api/getusertoken/{currentUserId} for a signed-in user, as API Gateway sends it to the function. */
export function eventOf(user: string) {
  const path = `/api/getusertoken/${user}`;
  const routeKey = "GET /api/getusertoken/{currentUserId}";
  const host = "abc123.execute-api.eu-west-1.amazonaws.com";
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: "",
    headers: { accept: "application/json", host, "user-agent": "bench", "x-forwarded-for": "192.0.2.1" },
    requestContext: {
      accountId: "123456789012",
      apiId: "abc123",
      authorizer: {
        jwt: { claims: { sub: user, name: "Ada Lovelace", iss: "https://login.example.com/" }, scopes: null },
      },
      domainName: host,
      domainPrefix: "abc123",
      http: { method: "GET", path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey,
      stage: "$default",
      time: "22/Nov/2026:12:00:00 +0000",
      timeEpoch: 1_795_348_800_000,
    },
    pathParameters: { currentUserId: user },
    isBase64Encoded: false,
  };
}
