import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { AccessLogEntry } from "../../../local/api-gateway/server.ts";
import { ENDPOINT, startTestGateway } from "../../support/servers/gateway.ts";

let gateway: Awaited<ReturnType<typeof startTestGateway>>;
beforeAll(async () => {
  gateway = await startTestGateway({ functionTimeoutMs: 300 });
});
beforeEach(() => {
  gateway.calls.length = 0;
});
afterAll(() => gateway.close());

async function statusAndBody(response: Response) {
  return [response.status, await response.text()];
}

test("a signed-in caller gets the function's answer", async () => {
  expect(await statusAndBody(await gateway.call())).toEqual([200, "hello"]);
  expect(gateway.calls).toHaveLength(1);
});

test("every response has the request id that the function gets", async () => {
  const [first, second] = [await gateway.call(), await gateway.call("/elsewhere")];

  expect(gateway.calls[0]?.event.requestContext.requestId).toBe(first.headers.get("apigw-requestid"));
  expect(second.headers.get("apigw-requestid")).toMatch(/^[0-9a-f-]{36}$/);
});

test.each(["Bearer x.y.z", ""])("fails with 401 for the header %j, and does not call the function", async (value) => {
  const response = await gateway.call(ENDPOINT, { headers: { authorization: value } });

  expect(await statusAndBody(response)).toEqual([401, '{"message":"Unauthorized"}']);
  expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
  expect(gateway.calls).toEqual([]);
});

test("fails with 403 without the scope of the routes, and accepts a token that has it", async () => {
  const { issuer } = gateway;
  const authorizer = { issuer: issuer.issuer, audience: ["test-audience"], scopes: ["token:issue"] };
  const scoped = await startTestGateway({ authorizer });
  async function callWith(claims: Record<string, string>) {
    return scoped.call(ENDPOINT, { headers: { authorization: await issuer.sign({ claims }) } });
  }

  expect(await statusAndBody(await callWith({ scope: "other" }))).toEqual([403, '{"message":"Forbidden"}']);
  await callWith({ scope: "other token:issue" });
  expect(scoped.calls.map(({ event }) => event.requestContext.authorizer.jwt.scopes)).toEqual([
    ["other", "token:issue"],
  ]);
  await scoped.close();
});

test.each([
  ["GET", "/"],
  ["PUT", ENDPOINT],
  ["OPTIONS", ENDPOINT],
  ["POST", `${ENDPOINT}/ada`],
  ["GET", `${ENDPOINT}/%zz`],
])("fails with 404 for %s %s", async (method, path) => {
  expect(await statusAndBody(await gateway.call(path, { method }))).toEqual([404, '{"message":"Not Found"}']);
  expect(gateway.calls).toEqual([]);
});

test("fails with 413 for a body above 10 MB, and does not call the function", async () => {
  const response = await gateway.call(ENDPOINT, { body: Buffer.alloc(10 * 1024 * 1024 + 1) });

  expect(await statusAndBody(response)).toEqual([413, '{"message":"Request Entity Too Large"}']);
  expect(gateway.calls).toEqual([]);
});

test.each<[string, () => unknown]>([
  ["rejects", () => Promise.reject(new Error("sentinel"))],
  ["exceeds its timeout", () => new Promise(() => {})],
  [
    "throws",
    () => {
      throw new Error("sentinel");
    },
  ],
])("fails with 500 and no detail when the function %s", async (_what, behavior) => {
  gateway.answerWith(behavior);

  expect(await statusAndBody(await gateway.call())).toEqual([500, '{"message":"Internal Server Error"}']);
});

test("reports the error of the function to the developer", async () => {
  const errors: unknown[] = [];
  const explaining = await startTestGateway({ onFunctionError: (error) => errors.push(error) });
  explaining.answerWith(() => Promise.reject(new Error("the reason")));
  await explaining.call();

  expect(errors).toEqual([new Error("the reason")]);
  await explaining.close();
});

test("fails with 503 when the integration timeout is reached", async () => {
  const impatient = await startTestGateway({ functionTimeoutMs: 400, integrationTimeoutMs: 50 });
  impatient.answerWith(() => new Promise(() => {}));

  expect(await statusAndBody(await impatient.call())).toEqual([503, '{"message":"Service Unavailable"}']);
  await impatient.close();
});

test("fails with 429 for a throttled request, and does not call the function", async () => {
  const decisions = [true, false];
  const throttled = await startTestGateway({ isThrottled: () => decisions.shift() ?? false });

  expect(await statusAndBody(await throttled.call())).toEqual([429, '{"message":"Too Many Requests"}']);
  expect(throttled.calls).toEqual([]);
  expect((await throttled.call()).status).toBe(200);
  await throttled.close();
});

test("redirects a browser from / to the landing page", async () => {
  const guided = await startTestGateway({ landingPage: "http://localhost:3004/" });
  const { status, headers } = await guided.call("/", { method: "GET", redirect: "manual" });

  expect([status, headers.get("location")]).toEqual([302, "http://localhost:3004/"]);
  await guided.close();
});

test("reports every request, and adds the outcome", async () => {
  const entries: AccessLogEntry[] = [];
  const logged = await startTestGateway({ onAccess: (entry) => entries.push(entry) });
  const { headers } = await logged.call();
  await logged.call("/elsewhere", { method: "GET" });

  expect(entries.map(({ method, status }) => [method, status])).toEqual([
    ["POST", 200],
    ["GET", 404],
  ]);
  expect(entries[0]).toMatchObject({ requestId: headers.get("apigw-requestid"), durationMs: expect.any(Number) });
  await logged.close();
});
