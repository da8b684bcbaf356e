import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { API_KEY_PLACEHOLDER, PUBLIC_ERRORS, type PublicErrorCode } from "../../../lambda/contract.ts";
import { SecretUnavailableError } from "../../../lambda/token/errors.ts";
import { createFailingHandler, createHandler } from "../../../lambda/token/handler.ts";
import { json, tokenEvent } from "../../support/events.ts";
import { type Invoke, observe, startTestEnvironment, type TestEnvironment } from "../../support/function.ts";

let environment: TestEnvironment;
beforeAll(async () => {
  environment = await startTestEnvironment({ apiKey: "sentinel-key" });
});
afterAll(() => environment.close());
afterEach(() => {
  environment.mindset.faults.clear();
  environment.mindset.requests.length = 0;
  environment.secretsManager.recover();
  environment.secretsManager.setSecretString(environment.secretName, "sentinel-key");
});

const ada = { sub: "auth0|ada", name: "Ada Lovelace" };
/** No part of this may appear in a log line or in the body of an error. */
const secretive = {
  sub: "sentinel-subject",
  name: "sentinel name",
  email: "sentinel@example.com",
  email_verified: "false",
};
const headers = { authorization: "Bearer sentinel-jwt", cookie: "sentinel=1" };

function sentBodies() {
  return environment.mindset.requests.map(({ body }) => JSON.parse(body.toString()));
}

describe("a signed-in caller", () => {
  let invoke: Invoke;
  beforeEach(async () => {
    invoke = await environment.coldStart();
  });

  test.each<[string, ReturnType<typeof tokenEvent>]>([
    ["POST with JSON", tokenEvent(ada, json({ name: "Grace" }))],
    ["POST with an empty JSON object", tokenEvent(ada, json({}))],
    ["POST without body and content type", tokenEvent(ada)],
    ["POST with an empty form", tokenEvent(ada, { headers: { "content-type": "text/plain" }, body: "" })],
    [
      "POST with a base64-encoded body",
      tokenEvent(ada, {
        headers: { "content-type": "application/json" },
        body: Buffer.from('{"name":"Grace"}').toString("base64"),
        isBase64Encoded: true,
      }),
    ],
    ["GET", tokenEvent(ada, { method: "GET" })],
    ["GET with its own id", tokenEvent(ada, { method: "GET", currentUserId: "auth0|ada" })],
    ["GET with its own id at Mindset", tokenEvent(ada, { method: "GET", currentUserId: "x--e1-auth0_7cada" })],
  ])("gets its own token by %s", async (_, event) => {
    const { answer, body } = await observe(invoke, event);
    expect(answer.statusCode).toBe(200);
    expect(Object.keys(body)).toEqual(["authToken"]);
    expect(environment.mindset.tokens.get(body.authToken)).toBe("x--e1-auth0_7cada");
    expect(sentBodies()).toEqual([{ externalId: "x--e1-auth0_7cada", name: "Ada Lovelace" }]);
  });

  test("may send a name when the sign-in has none", async () => {
    await observe(invoke, tokenEvent({ sub: "u-42" }, json({ name: " Ada\n" })));
    expect(sentBodies()).toEqual([{ externalId: "u-42", name: "Ada" }]);
  });

  test("is identified by email address if the service is configured that way", async () => {
    invoke = await environment.coldStart({ IDENTITY_FIELD: "userEmail" });
    await observe(invoke, tokenEvent({ sub: "u-42", email: "ada@example.com", email_verified: "true" }));
    expect(sentBodies()).toEqual([{ userEmail: "ada@example.com" }]);
  });

  test("gets a response that no cache keeps, with the request id of its log line", async () => {
    const { answer, lines } = await observe(invoke, tokenEvent(ada, { requestId: "req-7=" }));
    expect(answer.headers).toEqual({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": "req-7=",
    });
    expect(lines).toEqual([expect.objectContaining({ outcome: "issued", requestId: "req-7=", status: 200 })]);
  });

  test("leaves no claim, token or key in the log", async () => {
    const { body, lines, metrics } = await observe(
      invoke,
      tokenEvent({ ...secretive, sub: "sentinel|1" }, { headers }),
    );
    expect(body.authToken).toMatch(/^local-token-/);
    expect(JSON.stringify([lines, metrics])).not.toMatch(/sentinel|local-token/);
  });

  test("leaves one log line and one metrics record per request; only the first is a cold start", async () => {
    const first = await observe(invoke, tokenEvent(ada));
    const second = await observe(invoke, tokenEvent(ada));
    expect([first, second].map(({ lines, metrics }) => [lines.length, metrics.length])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect([first.lines[0].coldStart, second.lines[0].coldStart]).toEqual([true, false]);
    expect(first.lines[0].subjectHash).toBe(second.lines[0].subjectHash);
  });
});

/** How to cause every public error. */
const failures: Record<
  PublicErrorCode,
  { event?: unknown; setUp?: () => void; variables?: Record<string, string>; logged: string }
> = {
  UNAUTHENTICATED: { event: tokenEvent(), logged: "UNAUTHENTICATED" },
  IDENTITY_UNMAPPABLE: { event: tokenEvent({ ...secretive, sub: "" }, { headers }), logged: "IDENTITY_UNMAPPABLE" },
  NOT_A_USER_TOKEN: {
    event: tokenEvent({ ...secretive, client_id: "sentinel-subject" }, { headers }),
    logged: "NOT_A_USER_TOKEN",
  },
  EMAIL_NOT_VERIFIED: {
    event: tokenEvent(secretive, { headers }),
    variables: { IDENTITY_FIELD: "userEmail" },
    logged: "EMAIL_NOT_VERIFIED",
  },
  IDENTITY_MISMATCH: {
    event: tokenEvent(secretive, { method: "GET", currentUserId: "sentinel-other" }),
    logged: "IDENTITY_MISMATCH",
  },
  INVALID_REQUEST: { event: tokenEvent(secretive, json({ externalId: "sentinel-other" })), logged: "INVALID_REQUEST" },
  SERVICE_MISCONFIGURED: {
    setUp: () => environment.secretsManager.setSecretString(environment.secretName, API_KEY_PLACEHOLDER),
    logged: "CONFIG_API_KEY_NOT_SET",
  },
  INTERNAL: {
    event: {
      requestContext: { authorizer: { jwt: { claims: secretive } } },
      get pathParameters() {
        throw new TypeError("sentinel");
      },
    },
    logged: "INTERNAL",
  },
  UPSTREAM_ERROR: {
    setUp: () => environment.mindset.faults.set({ fault: "status-403" }),
    logged: "UPSTREAM_FORBIDDEN",
  },
  UPSTREAM_UNREACHABLE: {
    setUp: () => environment.mindset.faults.set({ fault: "reset" }),
    logged: "UPSTREAM_UNREACHABLE",
  },
  UPSTREAM_UNAVAILABLE: {
    setUp: () => environment.mindset.faults.set({ fault: "status-503" }),
    logged: "UPSTREAM_UNAVAILABLE",
  },
  UPSTREAM_RATE_LIMITED: {
    setUp: () => environment.mindset.faults.set({ fault: "status-429" }),
    logged: "UPSTREAM_RATE_LIMITED",
  },
  SECRET_UNAVAILABLE: {
    setUp: () => environment.secretsManager.fail({ error: "InternalServiceError", status: 500 }),
    logged: "SECRET_UNAVAILABLE",
  },
  UPSTREAM_TIMEOUT: { setUp: () => environment.mindset.faults.set({ fault: "silence" }), logged: "UPSTREAM_TIMEOUT" },
};

describe.each(Object.entries(failures))(
  "a failure: %s",
  (code, { event = tokenEvent(secretive, { headers }), setUp, variables, logged }) => {
    const { status, retryable, ...more } = PUBLIC_ERRORS[code as PublicErrorCode];
    const retryAfter = "retryAfterSeconds" in more ? String(more.retryAfterSeconds) : undefined;

    test(`is answered with ${status}, and logged as ${logged}`, async () => {
      setUp?.();
      const invoke = await environment.coldStart(variables);
      const context = { awsRequestId: "aws-1", getRemainingTimeInMillis: () => 1_500 };
      const { answer, body, lines, metrics } = await observe(invoke, event, context);
      expect(answer.statusCode).toBe(status);
      expect(body).toEqual({
        code,
        message: expect.stringMatching(/^[A-Z].*\.$/),
        requestId: answer.headers["x-request-id"],
        retryable,
      });
      expect(answer.headers).toMatchObject({
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      });
      expect(answer.headers["retry-after"]).toBe(retryAfter);
      expect(lines).toEqual([expect.objectContaining({ code: logged, status, requestId: body.requestId })]);
      expect(metrics).toHaveLength(1);
      expect(JSON.stringify([answer, lines, metrics])).not.toContain("sentinel");
    });
  },
);

test("an unknown field is named in the response, and not in the log", async () => {
  const invoke = await environment.coldStart();
  const { body, lines } = await observe(invoke, tokenEvent(secretive, json({ "sentinel-field": 1 })));
  expect(body.message).toContain("sentinel-field");
  expect(JSON.stringify(lines)).not.toContain("sentinel");
});

describe("an unexpected error or event", () => {
  const apiKey = { value: "k", ageMs: 0, problem: undefined };
  const dependencies = {
    identity: {
      source: "jwt",
      claim: "sub",
      field: "externalId",
      mapping: "auto",
      nameClaim: "name",
      acceptIdTokens: false,
    } as const,
    readApiKey: async () => apiKey,
    requestToken: async () => ({ authToken: "t", apiKey, attempts: 1, upstreamStatus: 200 }),
  };

  test.each<[string, unknown]>([
    ["a TypeError", new TypeError("sentinel")],
    ["text", "sentinel"],
    ["nothing", undefined],
    ["null", null],
    ["an object with a status of its own", { statusCode: "418", message: "sentinel" }],
  ])("%s becomes 500 INTERNAL", async (_, thrown) => {
    const handlers = [
      createHandler({ ...dependencies, readApiKey: () => Promise.reject(thrown) }),
      createHandler({ ...dependencies, requestToken: () => Promise.reject(thrown) }),
      createHandler({
        ...dependencies,
        readApiKey: () => {
          throw thrown;
        },
      }),
      createFailingHandler(thrown),
    ];
    for (const handler of handlers) {
      const { answer, body, lines } = await observe(handler as Invoke, tokenEvent(ada));
      expect(answer.statusCode).toBe(500);
      expect(body.code).toBe("INTERNAL");
      expect(JSON.stringify([answer, lines])).not.toContain("sentinel");
    }
  });

  test.each([[{}], [null], [undefined], [[]], ["text"], [7], [{ requestContext: null }], [{ body: "{", headers: {} }]])(
    "the event %j gets an answer",
    async (event) => {
      const { answer } = await observe(createHandler(dependencies) as Invoke, event);
      expect([400, 401]).toContain(answer.statusCode);
      const withCookies = createHandler({ ...dependencies, cookieOrigins: ["https://app.example.com"] });
      expect([400, 403]).toContain((await observe(withCookies as Invoke, event)).answer.statusCode);
    },
  );

  test("the log line of a token describes the key that Mindset accepted", async () => {
    const known = { ...apiKey, ageMs: 200_000, problem: new SecretUnavailableError("down") };
    const handler = createHandler({ ...dependencies, readApiKey: async () => known });
    const { lines } = await observe(handler as Invoke, tokenEvent(ada));
    expect(lines[0]).toMatchObject({ level: "INFO", apiKeyAgeSeconds: 0 });
    expect(lines[0]).not.toHaveProperty("apiKeyProblem");
  });

  test("a context and an event without the usual fields get a token", async () => {
    const context = { awsRequestId: undefined, functionName: undefined, getRemainingTimeInMillis: undefined };
    const event = { ...tokenEvent(ada), requestContext: { authorizer: { jwt: { claims: ada } } } };
    expect((await observe(createHandler(dependencies) as Invoke, event, context)).body).toHaveProperty("authToken");
  });

  test.each([
    [() => 4_000, 4_000],
    [undefined, 15_000],
  ])("the call to Mindset may take the time that Lambda leaves (%s)", async (getRemainingTimeInMillis, remainingMs) => {
    const requestToken = jest.fn((_: { remainingMs: number }) => dependencies.requestToken());
    const handler = createHandler({ ...dependencies, requestToken });
    await observe(handler as Invoke, tokenEvent(ada), { getRemainingTimeInMillis });
    expect(requestToken).toHaveBeenCalledWith(expect.objectContaining({ remainingMs }));
  });

  test("fails with UPSTREAM_TIMEOUT (504) 300 ms before the function's time is up when something outside the call to Mindset hangs", async () => {
    const handler = createHandler({ ...dependencies, readApiKey: () => new Promise(() => {}) });
    const observed = observe(handler as Invoke, tokenEvent(ada), { getRemainingTimeInMillis: () => 500 });
    // Middy's timer cannot be faked. Timers of one process fire in order, also on a busy machine.
    const order = await Promise.all(
      [observed.then(() => "response"), setTimeout(150, "150 ms"), setTimeout(350, "350 ms")].map(async (event) => ({
        event: await event,
        at: performance.now(),
      })),
    );
    expect(order.sort((a, b) => a.at - b.at).map(({ event }) => event)).toEqual(["150 ms", "response", "350 ms"]);
    expect((await observed).lines[0]).toMatchObject({ code: "UPSTREAM_TIMEOUT", reason: "No response in time." });
  });
});

describe("with a Lambda authorizer that reads cookies", () => {
  const variables = { IDENTITY_SOURCE: "lambda", COOKIE_ORIGINS: "https://app.example.com,http://localhost:5173" };
  function eventFrom(origin?: string) {
    return tokenEvent(ada, { source: "lambda", headers: origin === undefined ? {} : { origin } });
  }

  test("a page of an allowed origin gets a token", async () => {
    const invoke = await environment.coldStart(variables);
    expect((await observe(invoke, eventFrom("http://localhost:5173"))).answer.statusCode).toBe(200);
  });

  test.each([["https://evil.example"], [undefined]])(
    "fails with INVALID_REQUEST (403) for the origin %j, before Mindset is called",
    async (origin) => {
      const invoke = await environment.coldStart(variables);
      const { answer, body, lines } = await observe(invoke, eventFrom(origin));
      expect(answer.statusCode).toBe(403);
      expect(body).toMatchObject({ code: "INVALID_REQUEST", message: expect.stringContaining("allowed origins") });
      expect(lines[0]).toMatchObject({ code: "ORIGIN_NOT_ALLOWED", status: 403 });
      expect(environment.mindset.requests).toEqual([]);
    },
  );

  test("fails with UNAUTHENTICATED (401) for an event that API Gateway's JWT authorizer verified", async () => {
    const invoke = await environment.coldStart(variables);
    const event = tokenEvent(ada, { headers: { origin: "http://localhost:5173" } });
    expect((await observe(invoke, event)).answer.statusCode).toBe(401);
  });
});

describe("a misconfigured function", () => {
  test("answers every request with 500 and lists all problems in one log line", async () => {
    const invoke = await environment.coldStart({
      MINDSET_API_HOST: "https://a.api.mindset.ai",
      MINDSET_APP_UID: undefined,
      IDENTITY_SOURCE: "iam",
    });
    for (const event of [tokenEvent(ada), {}, null]) {
      const { answer, body, lines } = await observe(invoke, event);
      expect(answer.statusCode).toBe(500);
      expect(body.code).toBe("SERVICE_MISCONFIGURED");
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ level: "ERROR", code: "CONFIG_INVALID" });
      for (const name of ["MINDSET_API_HOST", "MINDSET_APP_UID", "IDENTITY_SOURCE"])
        expect(lines[0].reason).toContain(name);
    }
  });
});
