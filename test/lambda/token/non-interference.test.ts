import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { toGrantsData } from "../../../lambda/grants-data.ts";
import { tokenEvent } from "../../support/events.ts";
import { type Invoke, observe, startTestEnvironment, type TestEnvironment } from "../../support/function.ts";

const asset = mkdtempSync(join(tmpdir(), "asset-"));
const grants = { accountUids: [{ claim: "groups", value: "staff", accountUids: ["account".padEnd(20, "-")] }] };

let environment: TestEnvironment;
beforeAll(async () => {
  writeFileSync(join(asset, "grants.json"), JSON.stringify(toGrantsData(grants)));
  environment = await startTestEnvironment();
});
afterAll(async () => {
  rmSync(asset, { recursive: true });
  await environment.close();
});

/** What the function sent to Mindset: request line, headers in their order and spelling, body. */
async function sent(invoke: Invoke, event: unknown): Promise<string[]> {
  environment.mindset.requests.length = 0;
  await observe(invoke, event);
  return environment.mindset.requests.map(({ method, path, rawHeaders, body }) =>
    JSON.stringify([method, path, rawHeaders, body.toString("latin1")]),
  );
}

const identityNames = [
  "externalId",
  "userEmail",
  "email",
  "accountUids",
  "externalTenantId",
  "sub",
  "name",
  "apiKey",
  "appUid",
  "__proto__",
  "constructor",
];
const otherPeople = fc.constantFrom(
  "grace",
  "x--e1-auth0_7cgrace",
  "auth0|grace",
  "admin",
  "*",
  "../../other-app/sdkusers/auth",
  "%2e%2e",
  "\r\nx-api-key: k",
);
const word = fc.oneof(otherPeople, fc.string({ maxLength: 12 }));
const headerName = fc.oneof(
  fc.constantFrom(
    "x-api-key",
    "host",
    "authorization",
    "x-forwarded-for",
    "x-forwarded-host",
    "cookie",
    "content-type",
    "content-length",
    "transfer-encoding",
    "x-amzn-trace-id",
    "x-user-id",
    "accept",
  ),
  fc.stringMatching(/^x-[a-z]{1,8}$/),
);
const bodies = fc.oneof(
  fc.constant(undefined),
  word,
  fc
    .dictionary(fc.oneof(fc.constantFrom(...identityNames), fc.string({ maxLength: 8 })), fc.jsonValue({ maxDepth: 2 }))
    .map((fields) => JSON.stringify(fields)),
  fc.jsonValue().map((value) => JSON.stringify(value)),
);

/** Everything in a request that a caller can choose. The verified claims are not part of it. */
const mutation = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD"),
  rawPath: fc.oneof(fc.constantFrom("/api/getusertoken", "/api/getusertoken/auth0|ada", "/"), word),
  rawQueryString: fc
    .dictionary(fc.constantFrom(...identityNames, "q"), word)
    .map((query) => new URLSearchParams(query).toString()),
  queryStringParameters: fc.option(fc.dictionary(fc.constantFrom(...identityNames, "q"), word)),
  pathParameters: fc.option(
    fc.record({ currentUserId: fc.oneof(fc.constantFrom("auth0|ada", "x--e1-auth0_7cada", "auth0%7Cada"), word) }),
  ),
  headers: fc.dictionary(headerName, fc.oneof(word, fc.constantFrom("application/json", "text/plain"))),
  cookies: fc.option(fc.array(word, { maxLength: 3 })),
  body: bodies,
  isBase64Encoded: fc.boolean(),
  stageVariables: fc.option(fc.dictionary(fc.constantFrom(...identityNames), word)),
  sourceIp: word,
  extra: fc.dictionary(fc.constantFrom(...identityNames, "identity", "claims"), word),
});

function mutated(event: ReturnType<typeof tokenEvent>, m: typeof mutation extends fc.Arbitrary<infer T> ? T : never) {
  const { method, rawPath, sourceIp, extra, pathParameters, ...rest } = m;
  const routeKey = `${method} /api/getusertoken${pathParameters ? "/{currentUserId}" : ""}`;
  return {
    ...extra,
    ...event,
    ...rest,
    ...(pathParameters && { pathParameters }),
    routeKey,
    rawPath,
    requestContext: {
      ...extra,
      ...event.requestContext,
      routeKey,
      http: { ...event.requestContext.http, method, path: rawPath, sourceIp },
    },
  };
}

describe.each([
  ["jwt", { sub: "auth0|ada", name: "Ada Lovelace" }, "x--e1-auth0_7cada"],
  [
    "lambda",
    { sub: "auth0|ada", name: "Ada Lovelace", groups: '["staff"]', issuerAlias: "partner" },
    "x--i1-partner-auth0_7cada",
  ],
] as const)("with the identity source %s", (source, claims, externalId) => {
  let invoke: Invoke;
  beforeAll(async () => {
    invoke = await environment.coldStart({ IDENTITY_SOURCE: source, LAMBDA_TASK_ROOT: asset });
  });

  test("over 5,000 requests, only the verified identity decides what Mindset receives", async () => {
    const event = tokenEvent(claims, { source });
    const [expected] = await sent(invoke, event);
    expect(expected).toContain(externalId);
    if ("groups" in claims) expect(expected).toContain("accountUids");
    let served = 0;
    await fc.assert(
      fc.asyncProperty(mutation, async (m) => {
        const requests = await sent(invoke, mutated(event, m));
        served += requests.length;
        expect(requests.length).toBeLessThanOrEqual(1);
        for (const request of requests) expect(request).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
    expect(served).toBeGreaterThan(500); // requests that were all refused would show nothing
  }, 120_000);

  test("over 500 requests of a caller without a name, the body decides the name and nothing else", async () => {
    const { name: _, ...nameless } = claims;
    let named = 0;
    await fc.assert(
      fc.asyncProperty(mutation, fc.string({ minLength: 1, maxLength: 20 }), async (m, name) => {
        const body = {
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ name }),
          isBase64Encoded: false,
        };
        const event = tokenEvent(nameless, { ...body, source });
        const [expected] = await sent(invoke, event);
        const requests = await sent(invoke, mutated(event, { ...m, ...body, pathParameters: null }));
        named += requests.length;
        for (const request of requests) expect(request).toBe(expected);
      }),
      { numRuns: 500 },
    );
    expect(named).toBeGreaterThan(100);
  }, 60_000);
});
