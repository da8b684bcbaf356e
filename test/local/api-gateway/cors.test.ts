import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { ENDPOINT, PAGE, startTestGateway } from "../../support/servers/gateway.ts";

let gateway: Awaited<ReturnType<typeof startTestGateway>>;
beforeAll(async () => {
  gateway = await startTestGateway();
});
beforeEach(() => {
  gateway.calls.length = 0;
});
afterAll(() => gateway.close());

function preflight(origin: string, from = gateway) {
  return fetch(from.url + ENDPOINT, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST" },
  });
}

test("answers the preflight of an allowed origin without a token and without calling the function", async () => {
  const { status, headers } = await preflight(PAGE);

  expect(status).toBe(204);
  expect(headers.get("access-control-allow-origin")).toBe(PAGE);
  expect(headers.get("access-control-allow-methods")).toBe("GET,POST");
  expect(headers.get("access-control-allow-headers")).toBe("authorization,content-type");
  expect(headers.get("access-control-max-age")).toBe("3600");
  expect(gateway.calls).toEqual([]);
});

test.each<[string, string, number]>([
  ["the function's response", ENDPOINT, 200],
  ["a 401", ENDPOINT, 401],
  ["a 404", "/elsewhere", 404],
])("lets an allowed origin read %s and the exposed headers", async (_what, path, status) => {
  const authorization = status === 401 ? "" : `Bearer ${gateway.token}`;
  const response = await gateway.call(path, { headers: { origin: PAGE, authorization } });

  expect(response.status).toBe(status);
  expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
  expect(response.headers.get("access-control-expose-headers")).toBe("x-request-id,retry-after");
});

test.each(["https://evil.example", `${PAGE}.evil.example`, "http://app.example.com", `${PAGE}/`, "null"])(
  "sends no CORS headers to the origin %s",
  async (origin) => {
    for (const { headers } of [await preflight(origin), await gateway.call(ENDPOINT, { headers: { origin } })]) {
      expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  },
);

test("drops CORS headers of the function", async () => {
  gateway.answerWith(() => ({ statusCode: 200, headers: { "Access-Control-Allow-Origin": "*" }, body: "" }));
  async function allowOriginFor(origin: string) {
    return (await gateway.call(ENDPOINT, { headers: { origin } })).headers.get("access-control-allow-origin");
  }

  expect(await allowOriginFor("https://evil.example")).toBeNull();
  expect(await allowOriginFor(PAGE)).toBe(PAGE);
});

test("fails with 404 for a preflight to an API without CORS", async () => {
  const closed = await startTestGateway({ allowedOrigins: [] });

  expect((await preflight(PAGE, closed)).status).toBe(404);
  await closed.close();
});
