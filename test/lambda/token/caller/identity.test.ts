import { describe, expect, test } from "@jest/globals";
import { toGrantsData } from "../../../../lambda/grants-data.ts";
import { callerFromEvent } from "../../../../lambda/token/caller/identity.ts";
import type { IdentitySettings } from "../../../../lambda/token/settings.ts";
import { tokenEvent } from "../../../support/events.ts";

const identity: IdentitySettings = {
  source: "jwt",
  claim: "sub",
  field: "externalId",
  mapping: "auto",
  nameClaim: "name",
  acceptIdTokens: false,
};
const byEmail: IdentitySettings = { ...identity, field: "userEmail" };
function callerOf(claims: Record<string, unknown>, settings = identity) {
  return callerFromEvent(tokenEvent(claims), settings);
}

describe("the caller", () => {
  test("is who the verified claims say", () => {
    expect(callerOf({ sub: "u-42", name: "Ada Lovelace" })).toEqual({
      subject: "u-42",
      mindsetUser: { externalId: "u-42" },
      name: "Ada Lovelace",
    });
  });

  test("gets an escaped id at Mindset when the provider's id has characters that Mindset does not accept", () => {
    expect(callerOf({ sub: "auth0|5f7c8ec7" }).mindsetUser).toEqual({ externalId: "x--e1-auth0_7c5f7c8ec7" });
  });

  test("is read from the claim that the settings name, such as Entra ID's oid", () => {
    const settings = { ...identity, claim: "oid", nameClaim: "https://example.com/name" };
    const caller = callerOf({ sub: "u-1", oid: "o-2", "https://example.com/name": "Ada" }, settings);
    expect(caller).toMatchObject({ subject: "o-2", name: "Ada" });
  });

  test.each<[string, unknown]>([
    ["no event", null],
    ["an empty event", {}],
    ["an event without authorizer", tokenEvent()],
    [
      "an IAM authorizer's context",
      { requestContext: { authorizer: { iam: { userId: "u-1", claims: { sub: "u-1" } } } } },
    ],
    ["a Lambda authorizer's context", { requestContext: { authorizer: { lambda: { sub: "u-1" } } } }],
    ["claims of a REST API", { requestContext: { authorizer: { claims: { sub: "u-1" } } } }],
    ["claims that are text", { requestContext: { authorizer: { jwt: { claims: '{"sub":"u-1"}' } } } }],
    ["claims by inheritance", { requestContext: { authorizer: { jwt: Object.create({ claims: { sub: "u-1" } }) } } }],
  ])("fails with UNAUTHENTICATED (401) for %s", (_, event) => {
    expect(() => callerFromEvent(event, identity)).toThrow(
      expect.objectContaining({ code: "UNAUTHENTICATED", status: 401 }),
    );
  });

  test.each<[string, Record<string, unknown>]>([
    ["absent", { email: "ada@example.com" }],
    ["empty", { sub: "" }],
    ["not a string", { sub: 42 }],
    ["an object", { sub: { toString: () => "u-1" } }],
    ["inherited", Object.create({ sub: "u-1" })],
    ["a lone surrogate", { sub: "u-\ud800" }],
    ["longer than 2,048 characters", { sub: "x".repeat(2_049) }],
    ["a list as API Gateway writes it", { sub: "[a b]" }],
    ["a list of one value", { sub: "[]" }],
  ])("fails with IDENTITY_UNMAPPABLE (403) when the identity claim is %s", (_, claims) => {
    const message = expect.stringMatching(/^The (sign-in has no )?claim "sub".*\.$/);
    expect(() => callerOf(claims)).toThrow(
      expect.objectContaining({ code: "IDENTITY_UNMAPPABLE", status: 403, message }),
    );
  });

  test("fails with IDENTITY_UNMAPPABLE (403) for the name of an inherited property", () => {
    expect(() => callerOf({ sub: "u-1" }, { ...identity, claim: "constructor" })).toThrow("constructor");
    expect(() => callerOf({ sub: "u-1" }, { ...identity, claim: "__proto__" })).toThrow("__proto__");
  });

  test.each(["[a", "a]"])("may have the id %s, which is not a list", (sub) => {
    expect(callerOf({ sub }).subject).toBe(sub);
  });

  // An application's own users can choose such a name, which a rule for "staff" must not take for JSON.
  test.each([
    ...["sub", "nick", "name", "email", "email_verified", "preferred_username"].map((claim) => [claim, false] as const),
    ["scp", true],
    ["groups", true],
  ] as const)("is granted by the claim %s as JSON text: %s", (claim, isGranted) => {
    const settings: IdentitySettings = { ...identity, source: "lambda", nameClaim: "nick" };
    const accountUids = [{ claim, value: "staff", accountUids: ["account-0123456789-abcdef"] }];
    const event = tokenEvent({ sub: "ada", [claim]: '"staff"' }, { source: "lambda" });
    expect(callerFromEvent(event, settings, toGrantsData({ accountUids })).granted !== undefined).toBe(isGranted);
  });

  test("may have an id of 2,048 characters", () => {
    expect(callerOf({ sub: "é".repeat(2_048) }).mindsetUser).toEqual({ externalId: expect.stringMatching(/^x--h1-/) });
  });

  test("fails with IDENTITY_UNMAPPABLE (403) in strict mode unless Mindset accepts the id unchanged", () => {
    const strict: IdentitySettings = { ...identity, mapping: "strict" };
    expect(callerOf({ sub: "u-42" }, strict).mindsetUser).toEqual({ externalId: "u-42" });
    for (const sub of ["auth0|1", "x--e1-a", "x".repeat(101)]) {
      const message = expect.stringContaining("must not begin with x--");
      expect(() => callerOf({ sub }, strict)).toThrow(
        expect.objectContaining({ code: "IDENTITY_UNMAPPABLE", message }),
      );
    }
  });
});

describe("a caller that a Lambda authorizer has verified", () => {
  const lambda: IdentitySettings = { ...identity, source: "lambda" };
  function lambdaCaller(context: unknown, settings = lambda) {
    return callerFromEvent({ requestContext: { authorizer: { lambda: context } } }, settings);
  }
  const message = expect.stringMatching(/^(The|An) .*\.$/);
  const unmappable = expect.objectContaining({ code: "IDENTITY_UNMAPPABLE", status: 403, message });

  test("is who the authorizer's context says", () => {
    const caller = lambdaCaller({ sub: "auth0|ada", name: "Ada" });
    expect(caller).toMatchObject({ mindsetUser: { externalId: "x--e1-auth0_7cada" }, name: "Ada" });
  });

  test("gets an id of its own under each issuer with an alias", () => {
    const [own, partner, other] = [undefined, "partner", "p2"].map((issuerAlias) =>
      lambdaCaller({ sub: "ada", issuerAlias }),
    );
    expect(own?.mindsetUser).toEqual({ externalId: "ada" });
    expect(partner?.mindsetUser).toEqual({ externalId: "x--i1-partner-ada" });
    expect(other?.mindsetUser).toEqual({ externalId: "x--i1-p2-ada" });
  });

  test.each([[""], ["Partner"], ["a-b"], ["a".repeat(17)], [7], [null], [["a"]], ["a\n"]])(
    "fails with IDENTITY_UNMAPPABLE (403) for the issuer alias %j",
    (issuerAlias) => {
      expect(() => lambdaCaller({ sub: "ada", issuerAlias })).toThrow(unmappable);
    },
  );

  test("fails with IDENTITY_UNMAPPABLE (403) for an alias that the id cannot carry", () => {
    const context = { sub: "ada", email: "ada@example.com", email_verified: "true", issuerAlias: "partner" };
    expect(() => lambdaCaller(context, { ...lambda, mapping: "strict" })).toThrow(unmappable);
    expect(() => lambdaCaller(context, { ...lambda, field: "userEmail" })).toThrow(unmappable);
  });

  test.each([[42], [true], [["ada"]], [{ id: "ada" }], [null]])(
    "fails with IDENTITY_UNMAPPABLE (403) when the identity claim is %j",
    (sub) => {
      expect(() => lambdaCaller({ sub })).toThrow(unmappable);
    },
  );

  test("fails with NOT_A_USER_TOKEN (403) for an application's token", () => {
    expect(() => lambdaCaller({ sub: "batch", azp: "batch" })).toThrow(
      expect.objectContaining({ code: "NOT_A_USER_TOKEN" }),
    );
  });

  test.each([[undefined], [null], ["ada"]])("fails with UNAUTHENTICATED (401) when the context is %j", (context) => {
    expect(() => lambdaCaller(context)).toThrow(expect.objectContaining({ code: "UNAUTHENTICATED", status: 401 }));
  });
});

test("fails with UNAUTHENTICATED (401) when another kind of authorizer than the configured one verified the caller", () => {
  const unauthenticated = expect.objectContaining({ code: "UNAUTHENTICATED", status: 401 });
  const byLambda = { requestContext: { authorizer: { lambda: { sub: "ada" } } } };
  expect(() => callerFromEvent(byLambda, identity)).toThrow(unauthenticated);
  expect(() => callerFromEvent(tokenEvent({ sub: "ada" }), { ...identity, source: "lambda" })).toThrow(unauthenticated);
});

test("a JWT's own claim issuerAlias has no meaning", () => {
  expect(callerOf({ sub: "ada", issuerAlias: "partner" }).mindsetUser).toEqual({ externalId: "ada" });
});

describe("a caller whose identity claim is email", () => {
  const settings = { ...identity, claim: "email" };

  test.each([["false"], [undefined], ["TRUE"]])(
    "fails with EMAIL_NOT_VERIFIED (403) when email_verified is %j",
    (email_verified) => {
      const claims = { sub: "m", email: "victim@corp.example", email_verified };
      expect(() => callerOf(claims, settings)).toThrow(expect.objectContaining({ code: "EMAIL_NOT_VERIFIED" }));
    },
  );

  test("is accepted when the address is verified", () => {
    const claims = { sub: "m", email: "ada@corp.example", email_verified: "true" };
    expect(callerOf(claims, settings).mindsetUser).toEqual({ externalId: "x--e1-ada_40corp_2eexample" });
  });
});

describe("a caller identified by email address", () => {
  test.each([[true], ["true"]])("is accepted when the provider has verified the address (%j)", (email_verified) => {
    const caller = callerOf({ sub: "u-1", email: "ada@example.com", email_verified }, byEmail);
    expect(caller).toMatchObject({ subject: "ada@example.com", mindsetUser: { userEmail: "ada@example.com" } });
  });

  test.each([[false], ["false"], ["TRUE"], ["1"], [1], ["[true]"], [undefined]])(
    "fails with EMAIL_NOT_VERIFIED (403) when email_verified is %j",
    (email_verified) => {
      const claims = { sub: "u-1", email: "ada@example.com", email_verified };
      expect(() => callerOf(claims, byEmail)).toThrow(
        expect.objectContaining({ code: "EMAIL_NOT_VERIFIED", status: 403 }),
      );
    },
  );

  test.each([
    [undefined],
    [""],
    ["ada"],
    ["@example.com"],
    ["ada@"],
    ["ada@b@example.com"],
    ["ada@example.com\r\nbcc: x"],
    ["a da@example.com"],
    [`${"a".repeat(89)}@example.com`],
    ["ad\ud800a@example.com"],
    ["ada@example.com\u200b"],
    ["\u202eada@example.com"],
    ["[ada@example.com]"],
    ["<ada@example.com>"],
    ['"ada"@example.com'],
    ["ada\uff20example.com"],
    ["ada@ex\u00e4mple.com"],
    ["ada,grace@example.com"],
    [["ada@example.com"]],
  ])("fails with IDENTITY_UNMAPPABLE (403) for the address %j", (email) => {
    const claims = { email, email_verified: "true" };
    expect(() => callerOf(claims, byEmail)).toThrow(expect.objectContaining({ code: "IDENTITY_UNMAPPABLE" }));
  });
});
