import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { CompactEncrypt, GeneralSign, generateKeyPair } from "jose";
import { createTokenVerifier } from "../../../../lambda/authorizer/oidc/verifier.ts";
import type { IssuerSettings } from "../../../../lambda/sign-in-settings.ts";
import { ALGORITHMS, AUDIENCE, encode, startIssuer, type TokenChanges } from "../issuer.ts";

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());

function verify(token: string, settings: Partial<IssuerSettings> = {}) {
  return createTokenVerifier([{ issuer: issuer.issuer, audience: [AUDIENCE], ...settings }])(token);
}

async function codeFor(token: string, settings?: Partial<IssuerSettings>): Promise<string> {
  return verify(token, settings).then(
    () => "accepted",
    ({ code, message }) => {
      expect(message).toMatch(SENTENCE);
      return code;
    },
  );
}

/** The log has the message of each refusal. */
const SENTENCE = /^(?:[A-Z]|http).{10,}\.$/;

const now = Math.floor(Date.now() / 1_000);

describe("a valid token", () => {
  test.each(ALGORITHMS)("is accepted with %s", async (alg) => {
    const { claims } = await verify(await issuer.sign({ header: { alg } }));
    expect(claims).toMatchObject({ sub: "u-42", iss: issuer.issuer });
  });

  test.each<[string, TokenChanges]>([
    ["without typ", { header: { typ: undefined } }],
    ["with the typ of RFC 9068", { header: { typ: "at+jwt" } }],
    ["that names several audiences", { claims: { aud: ["other", AUDIENCE] } }],
    ["that names the audience in client_id, as Cognito does", { claims: { aud: undefined, client_id: AUDIENCE } }],
    ["that expired 59 s ago, for clocks that differ", { claims: { exp: now - 50 } }],
    ["that becomes valid in 50 s, for clocks that differ", { claims: { nbf: now + 50 } }],
  ])("is accepted %s", async (_, changes) => {
    expect(await codeFor(await issuer.sign(changes))).toBe("accepted");
  });

  test("is accepted without kid when one key fits", async () => {
    expect(await codeFor(await issuer.sign({ header: { kid: undefined } }))).toBe("accepted");
  });

  test("is accepted by a key that does not say what it is for", async () => {
    const other = await startIssuer(["ES256"]);
    for (const key of other.published.keys) Object.assign(key, { use: undefined, alg: undefined });
    expect(await codeFor(await other.sign(), { issuer: other.issuer })).toBe("accepted");
    await other.close();
  });

  test("is accepted with Ed448, the other curve of EdDSA", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed448");
    issuer.published.keys.push({ ...publicKey.export({ format: "jwk" }), kid: "ed448", use: "sig" });
    const signed = `${encode({ alg: "EdDSA", kid: "ed448" })}.${encode({ iss: issuer.issuer, aud: AUDIENCE, exp: now + 60 })}`;
    expect(await codeFor(`${signed}.${sign(null, Buffer.from(signed), privateKey).toString("base64url")}`)).toBe(
      "accepted",
    );
  });

  test("gives the alias of its issuer", async () => {
    expect(await verify(await issuer.sign(), { alias: "partner" })).toMatchObject({ issuerAlias: "partner" });
  });
});

describe("RFC 8725: a token is refused", () => {
  async function hmacToken(secret: KeyObject | string, alg = "HS256"): Promise<string> {
    const signed = `${encode({ alg, kid: "key-RS256" })}.${encode({ iss: issuer.issuer, aud: AUDIENCE, sub: "u", exp: now + 60 })}`;
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  }
  function publicKey(alg: string): KeyObject {
    const jwk = issuer.published.keys.find((key) => key.alg === alg);
    return createPublicKey({ key: jwk as never, format: "jwk" });
  }

  test.each<[string, () => Promise<string>, string]>([
    [
      "alg none",
      async () => `${encode({ alg: "none" })}.${encode({ iss: issuer.issuer, exp: now + 60 })}.x`,
      "TOKEN_ALGORITHM",
    ],
    ["alg None", async () => `${encode({ alg: "None" })}.${encode({ iss: issuer.issuer })}.x`, "TOKEN_ALGORITHM"],
    ["no signature", async () => `${encode({ alg: "none" })}.${encode({ iss: issuer.issuer })}.`, "TOKEN_MALFORMED"],
    ["HS256", () => hmacToken("secret"), "TOKEN_ALGORITHM"],
    [
      "an RSA public key as HMAC secret",
      () => hmacToken(publicKey("RS256").export({ type: "spki", format: "pem" }) as string),
      "TOKEN_ALGORITHM",
    ],
    [
      "a key of another kind under its kid",
      () => issuer.sign({ header: { alg: "ES256", kid: "key-RS256" } }),
      "KEY_UNKNOWN",
    ],
    ["a kid that is a path", () => issuer.sign({ header: { kid: "../../key-ES256" } }), "KEY_UNKNOWN"],
    ["a kid that is a URL", () => issuer.sign({ header: { kid: "https://attacker.example/keys" } }), "KEY_UNKNOWN"],
    ["the kid __proto__", () => issuer.sign({ header: { kid: "__proto__" } }), "KEY_UNKNOWN"],
    ["a kid that is not text", () => issuer.sign({ header: { kid: 7 } }), "TOKEN_MALFORMED"],
    ["a crit that is unknown", () => rawToken({ crit: ["exp"], exp: 1 }), "TOKEN_CRITICAL_HEADER"],
    ["an empty crit", () => rawToken({ crit: [] }), "TOKEN_CRITICAL_HEADER"],
    ["b64 false", () => rawToken({ b64: false }), "TOKEN_CRITICAL_HEADER"],
    ["a typ that is a list", () => rawToken({ typ: ["JWT"] }), "TOKEN_TYPE"],
    ["a typ that only begins like a JWT's", () => issuer.sign({ header: { typ: "jwtx" } }), "TOKEN_TYPE"],
    ["the typ of a logout token", () => issuer.sign({ header: { typ: "logout+jwt" } }), "TOKEN_TYPE"],
    ["the typ of a DPoP proof", () => issuer.sign({ header: { typ: "dpop+jwt" } }), "TOKEN_TYPE"],
    [
      "the typ of Okta's org server",
      () => issuer.sign({ header: { typ: "application/okta-internal-at+jwt" } }),
      "TOKEN_TYPE",
    ],
    ["no exp", () => issuer.sign({ claims: { exp: undefined } }), "TOKEN_MALFORMED"],
    ["an exp that is text", () => issuer.sign({ claims: { exp: String(now + 60) as never } }), "TOKEN_MALFORMED"],
    ["an exp more than 60 s ago", () => issuer.sign({ claims: { exp: now - 62 } }), "TOKEN_EXPIRED"],
    ["an nbf more than 60 s ahead", () => issuer.sign({ claims: { nbf: now + 90 } }), "TOKEN_NOT_YET_VALID"],
    ["no iss", () => issuer.sign({ claims: { iss: undefined } }), "ISSUER_UNKNOWN"],
    ["an iss with a slash more", () => issuer.sign({ claims: { iss: `${issuer.issuer}/` } }), "ISSUER_UNKNOWN"],
    ["an iss in capitals", () => issuer.sign({ claims: { iss: issuer.issuer.toUpperCase() } }), "ISSUER_UNKNOWN"],
    ["an iss that is a list", () => issuer.sign({ claims: { iss: [issuer.issuer] as never } }), "TOKEN_MALFORMED"],
    ["another audience", () => issuer.sign({ claims: { aud: "token-endpoint2" } }), "AUDIENCE_MISMATCH"],
    ["no audience", () => issuer.sign({ claims: { aud: undefined } }), "AUDIENCE_MISMATCH"],
    [
      "another aud, although client_id fits",
      () => issuer.sign({ claims: { aud: "x", client_id: AUDIENCE } }),
      "AUDIENCE_MISMATCH",
    ],
    [
      "an empty list of audiences",
      () => issuer.sign({ claims: { aud: [], client_id: AUDIENCE } }),
      "AUDIENCE_MISMATCH",
    ],
    ["64 KB of claims", () => issuer.sign({ claims: { filler: "x".repeat(64 * 1024) } }), "TOKEN_MALFORMED"],
    ["nothing in it", async () => "", "TOKEN_MALFORMED"],
    ["a payload that is not an object", () => signText('"text"'), "TOKEN_MALFORMED"],
    ["a payload that is not UTF-8", () => signText(Buffer.from('{"sub":"jos\xe9"}', "latin1")), "TOKEN_MALFORMED"],
    ["a jwk of its own in the header", selfSigned, "SIGNATURE_INVALID"],
    [
      "a signature by another key",
      async () => issuer.sign({ key: (await generateKeyPair("ES256")).privateKey }),
      "SIGNATURE_INVALID",
    ],
    ["a changed claim", async () => change(await issuer.sign()), "SIGNATURE_INVALID"],
    ["encryption instead of a signature (JWE)", encrypted, "TOKEN_MALFORMED"],
    ["two signatures (JSON serialization)", twoSignatures, "TOKEN_MALFORMED"],
  ])("with %s", async (_, token, code) => {
    expect(await codeFor(await token())).toBe(code);
  });

  test("with an algorithm that the issuer's settings do not list", async () => {
    expect(await codeFor(await issuer.sign({ header: { alg: "RS256" } }), { algorithms: ["ES256"] })).toBe(
      "TOKEN_ALGORITHM",
    );
  });

  test("that comes from another configured issuer than the one whose key signed it", async () => {
    const other = await startIssuer();
    const verifyBoth = createTokenVerifier([
      { issuer: issuer.issuer, audience: [AUDIENCE] },
      { issuer: other.issuer, audience: [AUDIENCE], alias: "b" },
    ]);
    const forged = await other.sign({ claims: { iss: issuer.issuer } });
    await expect(verifyBoth(forged)).rejects.toMatchObject({ code: "SIGNATURE_INVALID" });
    await expect(verifyBoth(await other.sign())).resolves.toMatchObject({ issuerAlias: "b" });
    await other.close();
  });

  test.each([{ use: "enc" }, { alg: "ES384" }, { kty: "RSA" }])("when its key has %j", async (changes) => {
    const other = await startIssuer(["ES256"]);
    for (const key of other.published.keys) Object.assign(key, changes);
    expect(await codeFor(await other.sign(), { issuer: other.issuer })).toBe("KEY_UNKNOWN");
    await other.close();
  });

  test("when the issuer's RSA key is shorter than 2,048 bits", async () => {
    const { publicKey: weak, privateKey } = generateKeyPairSync("rsa", { modulusLength: 1_024 });
    issuer.published.keys.push({ ...weak.export({ format: "jwk" }), kid: "weak", use: "sig" });
    const signed = `${encode({ alg: "RS256", kid: "weak" })}.${encode({ iss: issuer.issuer, aud: AUDIENCE, exp: now + 60 })}`;
    const token = `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
    expect(await codeFor(token)).toBe("SIGNATURE_INVALID");
  });

  test("by its last value, where a claim comes twice", async () => {
    expect(
      await codeFor(await signText(`{"iss":"${issuer.issuer}","aud":"${AUDIENCE}","exp":${now + 60},"aud":"other"}`)),
    ).toBe("AUDIENCE_MISMATCH");
  });

  /** jose refuses to sign some headers that a test needs. */
  async function rawToken(header: object): Promise<string> {
    const [, payload, signature] = (await issuer.sign()).split(".");
    return `${encode({ alg: "ES256", kid: "key-ES256", ...header })}.${payload}.${signature}`;
  }
  async function signText(payload: string | Buffer): Promise<string> {
    const { CompactSign } = await import("jose");
    const pair = await generateKeyPair("ES256", { extractable: true });
    const { exportJWK } = await import("jose");
    issuer.published.keys.push({
      ...(await exportJWK(pair.publicKey)),
      kid: `text-${issuer.published.keys.length}`,
      use: "sig",
    });
    const kid = `text-${issuer.published.keys.length - 1}`;
    return new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg: "ES256", kid }).sign(pair.privateKey);
  }
  async function selfSigned(): Promise<string> {
    const { exportJWK } = await import("jose");
    const pair = await generateKeyPair("ES256", { extractable: true });
    return issuer.sign({
      key: pair.privateKey,
      header: { jwk: await exportJWK(pair.publicKey), jku: "https://attacker.example/" },
    });
  }
  async function encrypted(): Promise<string> {
    const { publicKey: recipient } = await generateKeyPair("RSA-OAEP-256");
    return new CompactEncrypt(Buffer.from("{}"))
      .setProtectedHeader({ alg: "RSA-OAEP-256", enc: "A256GCM" })
      .encrypt(recipient);
  }
  async function twoSignatures(): Promise<string> {
    const pairs = await Promise.all([generateKeyPair("ES256"), generateKeyPair("ES256")]);
    const sign = new GeneralSign(Buffer.from("{}"));
    for (const { privateKey } of pairs) sign.addSignature(privateKey).setProtectedHeader({ alg: "ES256" });
    return JSON.stringify(await sign.sign());
  }
  function change(token: string): string {
    const [header, payload = "", signature] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    return `${header}.${encode({ ...claims, sub: "victim" })}.${signature}`;
  }
});

describe("the keys", () => {
  test.each([
    [1, 1],
    [2, 0],
  ])("of %i issuers are prefetched %i times", (issuers, times) => {
    const keys = { prefetch: jest.fn(), find: () => Promise.reject() };
    const settings = Array.from({ length: issuers }, (_, i) => ({ issuer: `https://${i}`, audience: [AUDIENCE] }));
    createTokenVerifier(settings, () => keys);
    expect(keys.prefetch).toHaveBeenCalledTimes(times);
  });
});

describe("what the settings require", () => {
  test.each<[string, TokenChanges, Partial<IssuerSettings>, string]>([
    ["a scope in scope", { claims: { scope: "openid token:issue" } }, { scopes: ["token:issue"] }, "accepted"],
    ["a scope in scp", { claims: { scp: ["openid", "token:issue"] } }, { scopes: ["token:issue"] }, "accepted"],
    ["a scope that is missing", { claims: { scope: "openid" } }, { scopes: ["token:issue"] }, "SCOPE_MISSING"],
    ["a part of a scope", { claims: { scope: "token:issue2" } }, { scopes: ["token:issue"] }, "SCOPE_MISSING"],
    ["no scope at all", {}, { scopes: ["token:issue"] }, "SCOPE_MISSING"],
    ["a claim", { claims: { org_id: "org_1" } }, { requiredClaims: { org_id: ["org_1", "org_2"] } }, "accepted"],
    [
      "a claim in a list",
      { claims: { groups: ["a", "staff"] } },
      { requiredClaims: { groups: ["staff"] } },
      "accepted",
    ],
    ["a boolean claim", { claims: { active: true } }, { requiredClaims: { active: ["true"] } }, "accepted"],
    ["a nested claim", { claims: { a: { b: "c" } } }, { requiredClaims: { "a.b": ["c"] } }, "accepted"],
    [
      "a number that has lost digits",
      { claims: { tid: 2 ** 53 } },
      { requiredClaims: { tid: [String(2 ** 53)] } },
      "REQUIRED_CLAIM_MISMATCH",
    ],
    [
      "a claim with another value",
      { claims: { org_id: "org_3" } },
      { requiredClaims: { org_id: ["org_1"] } },
      "REQUIRED_CLAIM_MISMATCH",
    ],
    ["a claim that is missing", {}, { requiredClaims: { org_id: ["undefined"] } }, "REQUIRED_CLAIM_MISMATCH"],
    [
      "an object as claim",
      { claims: { org_id: {} } },
      { requiredClaims: { org_id: ["[object Object]"] } },
      "REQUIRED_CLAIM_MISMATCH",
    ],
  ])("%s", async (_, changes, settings, outcome) => {
    expect(await codeFor(await issuer.sign(changes), settings)).toBe(outcome);
  });
});
