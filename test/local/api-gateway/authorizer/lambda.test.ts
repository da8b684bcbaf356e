import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { ENDPOINT, PAGE, startTestGateway } from "../../../support/servers/gateway.ts";

const events: APIGatewayRequestAuthorizerEventV2[] = [];
const refusals: (string | undefined)[] = [];
let decide: () => unknown;
let gateway: Awaited<ReturnType<typeof startTestGateway>>;

beforeAll(async () => {
  gateway = await startTestGateway({
    authorizer: {
      handler: (event: APIGatewayRequestAuthorizerEventV2) => {
        events.push(event);
        return decide();
      },
      identityHeaders: ["cookie"],
      timeoutMs: 300,
    },
    allowCredentials: true,
    onRefusal: ({ authorizerError }) => refusals.push(authorizerError),
  });
});
beforeEach(() => {
  for (const list of [events, refusals, gateway.calls]) list.length = 0;
  decide = () => ({ isAuthorized: true, context: { sub: "u-42" } });
});
afterAll(() => gateway.close());

function call(headers: Record<string, string> = { cookie: "session=s-1; theme=dark" }) {
  return gateway.call(`${ENDPOINT}?a=1`, { headers, body: "{}" });
}

test("the function gets the context of the authorizer", async () => {
  expect((await call()).status).toBe(200);
  expect(gateway.calls[0]?.event.requestContext.authorizer).toEqual({ lambda: { sub: "u-42" } });
});

test("the function gets null if the authorizer returns no context", async () => {
  decide = () => ({ isAuthorized: true });
  await call();

  expect(gateway.calls[0]?.event.requestContext.authorizer).toEqual({ lambda: null });
});

test("the authorizer gets the request without its body, with the cookies in a separate list", async () => {
  await call({ Cookie: "session=s-1; theme=dark", Origin: PAGE });

  expect(events).toEqual([
    {
      version: "2.0",
      type: "REQUEST",
      routeArn: `arn:aws:execute-api:us-east-1:123456789012:local/$default/POST${ENDPOINT}`,
      identitySource: ["session=s-1; theme=dark"],
      routeKey: `POST ${ENDPOINT}`,
      rawPath: ENDPOINT,
      rawQueryString: "a=1",
      cookies: ["session=s-1", "theme=dark"],
      headers: expect.objectContaining({ origin: PAGE, host: new URL(gateway.url).host }),
      queryStringParameters: { a: "1" },
      requestContext: expect.objectContaining({ domainName: "localhost", routeKey: `POST ${ENDPOINT}` }),
    },
  ]);
  expect(events[0]?.headers).not.toHaveProperty("cookie");
  expect(events[0]?.requestContext).not.toHaveProperty("authorizer");
});

test("fails with 401 without an identity source, and invokes nothing", async () => {
  for (const headers of [{}, { cookie: "" }] as Record<string, string>[])
    expect((await call(headers)).status).toBe(401);
  expect([events, gateway.calls]).toEqual([[], []]);
  expect(refusals).toEqual(Array(2).fill("the header cookie is missing"));
});

describe("a refusal", () => {
  test.each<[string, () => unknown, number, string, string]>([
    [
      "isAuthorized is false",
      () => ({ isAuthorized: false, context: { sub: "u-42" } }),
      403,
      "Forbidden",
      "the authorizer returned isAuthorized: false",
    ],
    [
      "the error is called Unauthorized",
      () => Promise.reject(new Error("Unauthorized")),
      401,
      "Unauthorized",
      "the authorizer failed with Unauthorized",
    ],
    [
      "the error is called anything else",
      () => Promise.reject(new Error("unauthorized")),
      500,
      "Internal Server Error",
      "the authorizer failed: unauthorized",
    ],
    ["there is no result", () => undefined, 500, "Internal Server Error", "the authorizer returned no isAuthorized"],
    [
      "isAuthorized is a string",
      () => ({ isAuthorized: "true" }),
      500,
      "Internal Server Error",
      "the authorizer returned no isAuthorized",
    ],
    [
      "it takes too long",
      () => new Promise(() => {}),
      500,
      "Internal Server Error",
      "the authorizer failed: Task timed out after 0.30 seconds",
    ],
  ])(
    "when %s does not call the function and can be read by the page",
    async (_what, behavior, status, message, why) => {
      decide = behavior;
      const response = await call({ cookie: "session=s-1", origin: PAGE });

      expect([response.status, await response.json()]).toEqual([status, { message }]);
      expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
      expect(response.headers.get("access-control-allow-credentials")).toBe("true");
      expect(gateway.calls).toEqual([]);
      expect(refusals).toEqual([why]);
    },
  );
});
