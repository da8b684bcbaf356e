import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { exportSPKI, generateKeyPair, importJWK, type JWTPayload } from "jose";
import { createJwtAuthorizer } from "../../../../local/api-gateway/authorizer/jwt.ts";
import { startIssuer } from "../../../support/servers/issuer.ts";

function now() {
  return Math.floor(Date.now() / 1000);
}
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let authorize: ReturnType<typeof createJwtAuthorizer>;

beforeAll(async () => {
  issuer = await startIssuer();
  authorize = createJwtAuthorizer({ issuer: issuer.issuer, audience: ["test-audience", "second-audience"] });
});
afterAll(() => issuer.close());

async function statusFor(token: string | undefined, check = authorize): Promise<number> {
  const authorization = await check(token);
  return "refusal" in authorization ? authorization.refusal.status : 200;
}

describe("a valid token", () => {
  test("passes its claims on as strings, and null for scopes if the route needs none", async () => {
    const authorization = await authorize(`Bearer ${await issuer.sign({ claims: { scope: "a b", level: 3 } })}`);

    expect(authorization).toMatchObject({ context: { jwt: { claims: { sub: "u-42", level: "3" }, scopes: null } } });
  });

  test("is accepted with or without the word Bearer, in upper or lower case", async () => {
    const token = await issuer.sign();

    expect(await Promise.all([token, `bearer ${token}`, `BEARER ${token}`].map((value) => statusFor(value)))).toEqual([
      200, 200, 200,
    ]);
  });

  test.each<[string, JWTPayload]>([
    ["another configured audience", { aud: "second-audience" }],
    ["a list of audiences that includes ours", { aud: ["elsewhere", "test-audience"] }],
    ["no audience and a client_id that is an allowed audience", { aud: undefined, client_id: "test-audience" }],
    ["no iat", { iat: undefined }],
  ])("is accepted with %s", async (_what, claims) => {
    expect(await statusFor(await issuer.sign({ claims }))).toBe(200);
  });

  test.each([
    ["RS384", 200],
    ["RS512", 200],
    ["ES256", 401],
    ["EdDSA", 401],
  ])("signed with %s gets %d: API Gateway verifies RSA signatures only", async (alg, status) => {
    const other = await startIssuer({ alg });
    const check = createJwtAuthorizer({ issuer: other.issuer, audience: ["test-audience"] });

    expect(await statusFor(await other.sign(), check)).toBe(status);
    await other.close();
  });

  test("costs one discovery and one key request, however many requests follow", async () => {
    const fresh = await startIssuer();
    const check = createJwtAuthorizer({ issuer: fresh.issuer, audience: ["test-audience"] });
    expect(fresh.paths).toEqual([]);

    for (let count = 0; count < 5; count++) await check(await fresh.sign());
    expect(fresh.paths).toEqual(["/.well-known/openid-configuration", "/keys"]);
    await fresh.close();
  });
});

describe("an invalid token", () => {
  test.each<[string, JWTPayload]>([
    ["expired", { exp: now() - 1 }],
    ["without an expiry", { exp: undefined }],
    ["not valid yet", { nbf: now() + 60 }],
    ["issued in the future", { iat: now() + 60 }],
    ["of another issuer", { iss: "https://login.example.com" }],
    ["of our issuer with an extra slash", { iss: "SLASH" }],
    ["for another audience", { aud: "elsewhere" }],
    ["for another audience although its client_id is ours", { aud: "elsewhere", client_id: "test-audience" }],
    ["without an audience", { aud: undefined }],
  ])("fails with 401 when it is %s", async (_what, claims) => {
    const slashed = claims.iss === "SLASH" ? { iss: `${issuer.issuer}/` } : claims;

    expect(await statusFor(`Bearer ${await issuer.sign({ claims: slashed })}`)).toBe(401);
  });

  test("fails with 401 when another key signed it", async () => {
    const { privateKey } = await generateKeyPair("RS256");

    expect(await statusFor(await issuer.sign({ key: privateKey }))).toBe(401);
  });

  test("fails with 401 when its kid is unknown or absent", async () => {
    expect(await statusFor(await issuer.sign({ header: { kid: "key-2" } }))).toBe(401);
    expect(await statusFor(await issuer.sign({ header: { kid: undefined } }))).toBe(401);
  });

  test("fails with 401 when it claims to need no signature (alg none)", async () => {
    const [, payload] = (await issuer.sign()).split(".");
    const header = Buffer.from('{"alg":"none","kid":"key-1"}').toString("base64url");

    expect(await statusFor(`${header}.${payload}.`)).toBe(401);
  });

  test("fails with 401 when the public key is used as an HS256 secret", async () => {
    const publicKey = (await importJWK(issuer.publicJwk, "RS256", { extractable: true })) as CryptoKey;
    const key = new TextEncoder().encode(await exportSPKI(publicKey));

    expect(await statusFor(await issuer.sign({ header: { alg: "HS256" }, key }))).toBe(401);
  });

  test("fails with 401 when its payload was changed", async () => {
    const [header, , signature] = (await issuer.sign()).split(".");
    const payload = Buffer.from(JSON.stringify({ iss: issuer.issuer, aud: "test-audience", exp: now() + 60 }));

    expect(await statusFor(`${header}.${payload.toString("base64url")}.${signature}`)).toBe(401);
  });

  test.each(["", "Bearer", "Bearer ", "Basic YTpi", "a.b.c", "....", "Bearer null"])(
    "fails with 401 when the header is %j",
    async (value) => {
      expect(await statusFor(value)).toBe(401);
    },
  );

  test("fails with the reason in www-authenticate and for the access log, without any claim", async () => {
    const authorization = await authorize(await issuer.sign({ claims: { exp: now() - 1, name: "sentinel" } }));

    expect(authorization).toEqual({
      refusal: {
        status: 401,
        headers: {
          "content-type": "application/json",
          "www-authenticate": 'Bearer scope="" error="invalid_token" error_description="the token has expired"',
        },
        body: '{"message":"Unauthorized"}',
      },
      reason: "the token has expired",
    });
  });

  test("fails with 401 while the issuer cannot be reached, and is accepted afterwards", async () => {
    const away = await startIssuer();
    const check = createJwtAuthorizer({ issuer: away.issuer, audience: ["test-audience"] });
    const token = await away.sign();
    await away.close();
    expect(await statusFor(token, check)).toBe(401);

    await away.reopen();
    expect(await statusFor(token, check)).toBe(200);
    await away.close();
  });
});

describe("scopes", () => {
  function withScopes() {
    return createJwtAuthorizer({
      issuer: issuer.issuer,
      audience: ["test-audience"],
      scopes: ["token:issue", "admin"],
    });
  }

  test.each<[string, JWTPayload]>([
    ["scope", { scope: "openid token:issue" }],
    ["scp, a string", { scp: "token:issue" }],
    ["scp, a list", { scp: ["admin", "other"] }],
  ])("accept a token with one of them in %s, and pass on the scopes of the token", async (_where, claims) => {
    const authorization = await withScopes()(await issuer.sign({ claims }));

    expect(authorization).toMatchObject({
      context: { jwt: { scopes: [claims.scope ?? claims.scp].flat().join(" ").split(" ") } },
    });
  });

  test.each<[string, JWTPayload]>([
    ["no scope", {}],
    ["other scopes", { scope: "openid token:issued" }],
  ])("fails with 403 when the token has %s", async (_what, claims) => {
    expect(await withScopes()(await issuer.sign({ claims }))).toMatchObject({
      refusal: { status: 403, body: '{"message":"Forbidden"}' },
    });
  });
});
