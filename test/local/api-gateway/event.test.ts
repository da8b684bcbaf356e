import { request as sendRequest } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type CallOptions, ENDPOINT, startTestGateway } from "../../support/servers/gateway.ts";

let gateway: Awaited<ReturnType<typeof startTestGateway>>;
beforeAll(async () => {
  gateway = await startTestGateway();
});
beforeEach(() => {
  gateway.calls.length = 0;
});
afterAll(() => gateway.close());

async function eventOf(path?: string, options?: CallOptions) {
  await gateway.call(path, options);
  return gateway.calls[0]?.event;
}

test("the event has every part of the request", async () => {
  const event = await eventOf(`${ENDPOINT}?a=1&a=2&b=x%20y`, {
    headers: { "content-type": "application/json; charset=utf-8", "user-agent": "test/1", cookie: "s=1; t=2" },
    body: '{"name":"Ada"}',
  });

  expect(event).toEqual({
    version: "2.0",
    routeKey: "POST /api/getusertoken",
    rawPath: "/api/getusertoken",
    rawQueryString: "a=1&a=2&b=x%20y",
    cookies: ["s=1", "t=2"],
    headers: expect.objectContaining({
      authorization: `Bearer ${gateway.token}`,
      "content-type": "application/json; charset=utf-8",
      host: new URL(gateway.url).host,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
    }),
    queryStringParameters: { a: "1,2", b: "x y" },
    requestContext: {
      accountId: expect.stringMatching(/^\d{12}$/),
      apiId: "local",
      authorizer: {
        jwt: {
          claims: {
            iss: gateway.issuer.issuer,
            aud: "test-audience",
            sub: "u-42",
            iat: expect.stringMatching(/^\d{10}$/),
            exp: expect.stringMatching(/^\d{10}$/),
            name: "Ada",
            groups: "[a b]",
            email_verified: "true",
          },
          scopes: null,
        },
      },
      domainName: "localhost",
      domainPrefix: "localhost",
      http: { method: "POST", path: ENDPOINT, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test/1" },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      routeKey: "POST /api/getusertoken",
      stage: "$default",
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    body: '{"name":"Ada"}',
    isBase64Encoded: false,
  });
});

test("the event leaves out what the request does not have", async () => {
  const event = await eventOf();

  expect(Object.keys(event ?? {})).toEqual([
    "version",
    "routeKey",
    "rawPath",
    "rawQueryString",
    "headers",
    "requestContext",
    "isBase64Encoded",
  ]);
  expect(event).toMatchObject({ rawQueryString: "", isBase64Encoded: false });
  expect(event?.headers).not.toHaveProperty("cookie");
});

test("the id in the path is decoded", async () => {
  expect(await eventOf(`${ENDPOINT}/auth0%7Cgrace`, { method: "GET" })).toMatchObject({
    routeKey: "GET /api/getusertoken/{currentUserId}",
    rawPath: "/api/getusertoken/auth0|grace",
    pathParameters: { currentUserId: "auth0|grace" },
  });
});

test("the values of a repeated header are joined by commas under its lower-case name", async () => {
  const headers = { authorization: gateway.token, "X-List": ["1", "2"] };
  await new Promise((resolve) => {
    sendRequest(gateway.url + ENDPOINT, { method: "POST", headers }, (response) => {
      response.resume().on("end", resolve);
    }).end();
  });

  expect(gateway.calls[0]?.event.headers).toMatchObject({ "x-list": "1,2" });
});

test.each(["text/plain", "application/json", "APPLICATION/JSON; charset=utf-8", "application/xml"])(
  "a body of %s arrives as text",
  async (contentType) => {
    const event = await eventOf(ENDPOINT, { headers: { "content-type": contentType }, body: "é{}" });

    expect(event).toMatchObject({ body: "é{}", isBase64Encoded: false });
  },
);

test.each(["application/x-www-form-urlencoded", "application/octet-stream", "application/problem+json"])(
  "a body of %s arrives in base64",
  async (contentType) => {
    const event = await eventOf(ENDPOINT, { headers: { "content-type": contentType }, body: Buffer.from([0, 255]) });

    expect(event).toMatchObject({ body: "AP8=", isBase64Encoded: true });
  },
);

test("a body without a content type arrives in base64", async () => {
  expect(await eventOf(ENDPOINT, { body: Buffer.from("{}") })).toMatchObject({ body: "e30=", isBase64Encoded: true });
});

test("the context of the function has the remaining time", async () => {
  await gateway.call();
  const { context } = gateway.calls[0] ?? {};

  expect(context?.awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(context?.getRemainingTimeInMillis()).toBeGreaterThan(14_000);
  expect(context?.getRemainingTimeInMillis()).toBeLessThanOrEqual(15_000);
});
