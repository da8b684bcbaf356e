import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createFailingHandler, createHandler } from "../../../lambda/authorizer/handler.ts";
import { REFUSALS } from "../../../lambda/authorizer/refusal.ts";
import { METRICS } from "../../../lambda/contract.ts";
import type { OidcSignIn, UserinfoSignIn } from "../../../lambda/sign-in-settings.ts";
import { type LocalServer, startServer } from "../../../local/http/server.ts";
import { captureOutput } from "../../support/output.ts";
import { AUDIENCE, startIssuer } from "./issuer.ts";

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let sessions: LocalServer;
let session: unknown;
beforeAll(async () => {
  issuer = await startIssuer(["ES256"]);
  sessions = await startServer({ port: 0, listener: (_, response) => response.end(JSON.stringify(session)) });
});
afterAll(() => Promise.all([issuer.close(), sessions.close()]));

const LAMBDA = { awsRequestId: "aws-1", functionName: "authorizer" };

function oidc(changes: Partial<OidcSignIn> = {}, alias?: string): OidcSignIn {
  const issuers = [{ issuer: issuer.issuer, audience: [AUDIENCE], alias }];
  return { type: "oidc", issuers, token: { header: "authorization" }, handOn: ["sub", "name"], ...changes };
}

function userinfo(changes: Partial<UserinfoSignIn> = {}): UserinfoSignIn {
  const cookies = { forward: ["cookie:session"], allowedOrigins: ["https://app.example.com"] };
  return { type: "userinfo", url: sessions.url, subject: "id", ...cookies, ...changes };
}

function withToken(token: string) {
  return { headers: { authorization: `Bearer ${token}` }, requestContext: { requestId: "gateway-1" } };
}

/** Runs the handler; `error` is what API Gateway sees when it throws. */
async function run(handler: ReturnType<typeof createHandler>, event: object) {
  const output = captureOutput();
  try {
    const response = await handler(event, LAMBDA).catch(({ message }) => ({ error: message }));
    return { response, lines: output.lines().map((line) => JSON.parse(line)), text: output.lines().join("\n") };
  } finally {
    output.restore();
  }
}

describe("a verified caller", () => {
  test("is passed with the users-only claims, those of handOn, and nothing else", async () => {
    const claims = {
      name: "Ada",
      email: "ada@example.com",
      azp: "web",
      scp: ["a"],
      typ: "Bearer",
      secret: "s",
      org: { id: 7 },
      email_verified: true,
      is_admin: true,
    };
    const handler = createHandler(oidc({ handOn: ["sub", "name", "org.id", "email_verified", "is_admin"] }));
    const { response, lines } = await run(handler, withToken(await issuer.sign({ claims })));
    expect(response).toEqual({
      isAuthorized: true,
      context: { sub: "u-42", name: "Ada", azp: "web", typ: "Bearer", "org.id": "7", email_verified: "true" },
    });
    expect(lines).toEqual([]);
  });

  test("is passed with the claims of grants as JSON text, and the issuer's alias", async () => {
    const claims = {
      groups: ["staff", "a b"],
      org_role: "admin",
      issuerAlias: "forged",
      realm_access: { roles: ["x"] },
    };
    const grantClaims = ["groups", "org_role", "issuerAlias", "realm_access.roles", "missing"];
    const { response } = await run(createHandler(oidc({ grantClaims }, "a")), withToken(await issuer.sign({ claims })));
    expect(response).toMatchObject({
      context: {
        groups: '["staff","a b"]',
        org_role: '"admin"',
        "realm_access.roles": '["x"]',
        issuerAlias: "a",
      },
    });
  });

  test("is handed on without numbers that have lost digits, which could be another tenant's", async () => {
    const grantClaims = ["org_id", "orgs", "small"];
    const claims = { org_id: 2 ** 53, orgs: [2 ** 53, "a"], small: 7 };
    const { response } = await run(createHandler(oidc({ grantClaims })), withToken(await issuer.sign({ claims })));
    expect(response).toMatchObject({ context: { org_id: "null", orgs: '[null,"a"]', small: "7" } });
  });

  test("keeps the JSON text of a claim that is also handed on, but not as plain text", async () => {
    const handler = createHandler(oidc({ handOn: ["sub", "groups"], grantClaims: ["groups"] }));
    const { response } = await run(handler, withToken(await issuer.sign({ claims: { groups: ["staff"] } })));
    expect(response).toEqual({ isAuthorized: true, context: { sub: "u-42", groups: '["staff"]' } });
  });

  test.each([[["true"]], [1], [{}]])("has no email_verified when the claim is %j", async (email_verified) => {
    const handler = createHandler(oidc({ handOn: ["sub", "email_verified"] }));
    const { response } = await run(handler, withToken(await issuer.sign({ claims: { email_verified } })));
    expect(response).toMatchObject({ context: { sub: "u-42" } });
    expect(response).not.toHaveProperty("context.email_verified", "true");
  });

  test("cannot choose an alias by a claim", async () => {
    const handler = createHandler(oidc({ handOn: ["sub", "issuerAlias"], grantClaims: ["issuerAlias"] }));
    const { response } = await run(handler, withToken(await issuer.sign({ claims: { issuerAlias: "a" } })));
    expect(response).toStrictEqual({ isAuthorized: true, context: { sub: "u-42" } });
  });

  test("is read from a cookie, when the page's origin is allowed", async () => {
    const cookie = `token=${await issuer.sign()}`;
    const handler = createHandler(oidc({ token: { cookie: "token" }, allowedOrigins: ["https://app.example.com"] }));
    const origin = (value: string) => ({ cookies: [cookie], headers: { origin: value } });
    expect((await run(handler, origin("https://app.example.com"))).response).toMatchObject({ isAuthorized: true });
    expect((await run(handler, origin("https://attacker.example"))).response).toEqual({ isAuthorized: false });
  });

  test("is who the userinfo URL names, whatever else its answer says", async () => {
    session = { id: "u-42", sub: "other", name: "x", client_id: "c", groups: ["g"], issuerAlias: "a", email: "e" };
    const event = { cookies: ["session=abc"], headers: { origin: "https://app.example.com" } };
    const { response } = await run(createHandler(userinfo({ grantClaims: ["groups"] })), event);
    expect(response).toEqual({ isAuthorized: true, context: { sub: "u-42", client_id: "c", groups: '["g"]' } });
  });
});

describe("a caller who is not let through", () => {
  test("gets 401 from API Gateway, by the error that means it, and one line in the log", async () => {
    const { response, lines, text } = await run(createHandler(oidc()), withToken("secret.token.value"));
    expect(response).toEqual({ error: "Unauthorized" });
    expect(lines).toEqual([
      expect.objectContaining({
        level: "WARN",
        message: "sign-in refused",
        requestId: "gateway-1",
        awsRequestId: "aws-1",
        code: "TOKEN_MALFORMED",
        status: 401,
        coldStart: true,
        FunctionName: "authorizer",
        SignInRefused: 1,
        SignInFailed: 0,
      }),
    ]);
    expect(text).not.toContain("secret.token.value");
    expect(lines[0].durationMs).toBeLessThan(performance.now());
  });

  test("gets 403 when signing in again would not help", async () => {
    const [first] = oidc().issuers;
    const handler = createHandler(oidc({ issuers: [{ ...first, scopes: ["token:issue"] } as never] }));
    const { response, lines } = await run(handler, withToken(await issuer.sign()));
    expect(response).toEqual({ isAuthorized: false });
    expect(lines).toMatchObject([{ code: "SCOPE_MISSING", status: 403 }]);
  });

  test("gets 500 when the sign-in cannot be checked, which the log has as an error", async () => {
    session = [];
    const event = { cookies: ["session=abc"], headers: { origin: "https://app.example.com" } };
    const { response, lines } = await run(createHandler(userinfo()), event);
    expect(response).toEqual({ error: "The sign-in cannot be checked; see the log." });
    const message = "sign-in failed";
    expect(lines).toMatchObject([
      { level: "ERROR", message, code: "USERINFO_INVALID", SignInRefused: 0, SignInFailed: 1 },
    ]);
  });

  test.each([
    [undefined, "INTERNAL"],
    [null, "INTERNAL"],
    [7, "CREDENTIALS_MISSING"],
    [{}, "CREDENTIALS_MISSING"],
    [{ headers: null }, "CREDENTIALS_MISSING"],
  ])("gets no access with the event %j, which the log shows (%s)", async (event, code) => {
    const handler = createHandler(oidc());
    for (const coldStart of [true, false]) {
      const { response, lines } = await run(handler, event as object);
      expect(response).toHaveProperty("error");
      expect(lines).toMatchObject([{ code, coldStart }]);
    }
  });

  test("gets no access while the settings are not valid", async () => {
    const reason = Object.assign(new TypeError("secret detail"), { code: "secret detail" });
    const { response, lines } = await run(createFailingHandler(reason), {});
    expect(response).toEqual({ error: "The sign-in cannot be checked; see the log." });
    expect(lines).toMatchObject([{ code: "INTERNAL", reason: "Unexpected error.", cause: "TypeError" }]);
    expect(JSON.stringify(lines)).not.toContain("secret detail");
  });
});

test("counts refusals in the embedded metric format, in total and by code", async () => {
  const { lines } = await run(createHandler(oidc()), {});
  const [record] = lines;
  const [directive] = record._aws.CloudWatchMetrics;
  expect(directive).toMatchObject({ Namespace: METRICS.namespace });
  expect(directive.Dimensions).toEqual([
    ["service", "FunctionName"],
    ["service", "FunctionName", "code"],
  ]);
  for (const name of directive.Dimensions.flat()) expect(typeof record[name]).toBe("string");
  expect(record.service).toBe(METRICS.service);
  expect(directive.Metrics).toEqual([
    { Name: METRICS.signInRefused, Unit: "Count" },
    { Name: METRICS.signInFailed, Unit: "Count" },
  ]);
  for (const { Name } of directive.Metrics) expect(typeof record[Name]).toBe("number");
});

test("every code has a status that API Gateway can answer with", () => {
  expect([...new Set(Object.values(REFUSALS))].sort()).toEqual([401, 403, 500]);
});
