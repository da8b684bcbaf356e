import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestGateway } from "../../support/servers/gateway.ts";

let gateway: Awaited<ReturnType<typeof startTestGateway>>;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

function responseTo(result: unknown) {
  gateway.answerWith(() => result);
  return gateway.call();
}

test("the function's status, headers, cookies and body are sent", async () => {
  const headers = { "X-One": "1" };
  const response = await responseTo({ statusCode: 201, headers, cookies: ["a=1; Path=/", "b=2"], body: "é" });

  expect([response.status, await response.text()]).toEqual([201, "é"]);
  expect(response.headers.get("x-one")).toBe("1");
  expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
  expect(response.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
  expect(response.headers.get("content-length")).toBe("2");
});

test("a base64 body is sent as bytes", async () => {
  const headers = { "Content-Type": "image/png" };
  const response = await responseTo({ statusCode: 200, headers, body: "/wA=", isBase64Encoded: true });

  expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([255, 0]));
  expect(response.headers.get("content-type")).toBe("image/png");
});

test.each<[string, unknown, string]>([
  ["an object", { authToken: "t" }, '{"authToken":"t"}'],
  ["a text", "Hello from Lambda!", "Hello from Lambda!"],
  ["a list", [1], "[1]"],
  ["nothing", undefined, "null"],
])("%s without statusCode is the body of a 200 in JSON", async (_what, result, body) => {
  const response = await responseTo(result);

  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
  expect(await response.text()).toBe(body);
});

test.each<[string, unknown]>([
  ["a statusCode in words", { statusCode: "two hundred", body: "" }],
  ["a statusCode that is null", { statusCode: null, body: "" }],
  ["a statusCode that HTTP does not have", { statusCode: 1000, body: "" }],
  ["a body that is an object", { statusCode: 200, body: { a: 1 } }],
])("fails with 500 when the function answers with %s", async (_what, result) => {
  const response = await responseTo(result);

  expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
});
