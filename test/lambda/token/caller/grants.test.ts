import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Grants } from "../../../../lambda/grants-data.ts";
import { toGrantsData } from "../../../../lambda/grants-data.ts";
import { grant, type VerifiedClaims } from "../../../../lambda/token/caller/grants.ts";

const [ALL, STAFF, OPS] = ["a", "s", "o"].map((letter) => letter.repeat(20)) as [string, string, string];
const accountUids: Grants["accountUids"] = [
  ALL,
  { claim: "groups", value: "staff", accountUids: [STAFF] },
  { claim: "groups", value: "ops", accountUids: [OPS, STAFF] },
  { claim: "realm_access.roles", value: "two words", accountUids: [OPS] },
];
const tenantAdmin: Grants["tenantAdmin"] = [
  { tenantClaim: "org_id", when: { claim: "org_role", values: ["admin", "owner"] } },
  { claim: "groups", value: "tenant-admins", externalTenantId: "tenant-1" },
];

function granted(grants: Grants, claims: object, caller: Partial<VerifiedClaims> = {}) {
  return grant(toGrantsData(grants), {
    claims,
    source: "jwt",
    issuerAlias: undefined,
    plainClaims: ["sub", "preferred_username"],
    ...caller,
  });
}
function privileges(...args: Parameters<typeof granted>) {
  return granted(...args)?.privileges;
}

describe("accounts", () => {
  test("without a claim are granted to every caller", () => {
    expect(granted({ accountUids }, { sub: "ada" })).toEqual({
      privileges: { accountUids: [ALL] },
      log: { rules: [1] },
    });
  });

  test("of all rules that match are combined, each once, in the order of the rules", () => {
    expect(granted({ accountUids }, { groups: "[ops staff]" })).toEqual({
      privileges: { accountUids: [ALL, STAFF, OPS] },
      log: { rules: [1, 2, 3] },
    });
  });

  test.each<[string, object, Partial<VerifiedClaims>]>([
    ["API Gateway's list", { groups: "[guests staff]" }, {}],
    ["one value", { groups: "staff" }, {}],
    ["JSON text of a list", { groups: '["guests","staff"]' }, { source: "lambda" }],
    ["JSON text of a value", { groups: '"staff"' }, { source: "lambda" }],
    ["a company's own authorizer's list", { groups: ["staff"] }, { source: "lambda" }],
  ])("are granted by %s", (_, claims, caller) => {
    expect(privileges({ accountUids }, claims, caller)).toEqual({ accountUids: [ALL, STAFF] });
  });

  test.each<[string, object, Partial<VerifiedClaims>]>([
    ["passed under the path", { "realm_access.roles": '["two words"]' }, { source: "lambda" }],
    ["nested", { realm_access: { roles: ["two words"] } }, { source: "lambda" }],
  ])("are granted by a claim that is %s", (_, claims, caller) => {
    expect(privileges({ accountUids }, claims, caller)).toEqual({ accountUids: [ALL, OPS] });
  });

  test("are found by a claim's exact name, even one with dots", () => {
    const claim = "https://example.com/roles";
    const rules = { accountUids: [{ claim, value: "staff", accountUids: [STAFF] }] };
    expect(privileges(rules, { [claim]: "[staff]" })).toEqual({ accountUids: [STAFF] });
  });

  test("are not found by path when a claim has the exact name, even if it is null", () => {
    const rules = { accountUids: [{ claim: "realm_access.roles", value: "staff", accountUids: [STAFF] }] };
    const claims = { "realm_access.roles": null, realm_access: { roles: ["staff"] } };
    expect(privileges(rules, claims, { source: "lambda" })).toBeUndefined();
  });

  test.each([
    [{ groups: "[guests]" }],
    [{ groups: "Staff" }],
    [{ groups: "[staff-2 xstaff]" }],
    [{ groups: { staff: "staff" } }],
    [{ "realm_access.roles": "[two words]" }],
    [{ group: "staff", roles: "staff" }],
    [Object.create({ groups: "staff" })],
  ])("are not granted by %j", (claims) => {
    expect(privileges({ accountUids }, claims)).toEqual({ accountUids: [ALL] });
  });

  test("are at most 10, and the log warns about more", () => {
    const uids = Array.from({ length: 11 }, (_, i) => String(i).padStart(20, "0"));
    expect(granted({ accountUids: uids }, {})).toMatchObject({
      privileges: { accountUids: uids.slice(0, 10) },
      log: { warnings: ["TOO_MANY_ACCOUNTS"] },
    });
    expect(granted({ accountUids: uids.slice(0, 10) }, {})?.log).toEqual({ rules: expect.anything() });
  });
});

describe("a tenant's administrator", () => {
  test("is who has the role, for the tenant that the claim names", () => {
    expect(granted({ accountUids, tenantAdmin }, { org_id: "acme", org_role: "owner" })).toEqual({
      privileges: { accountUids: [ALL], externalTenantId: "acme" },
      log: { rules: [1, 5] },
    });
  });

  test("is who has a value, for the tenant of its rule", () => {
    expect(granted({ tenantAdmin }, { groups: "[tenant-admins]" })).toEqual({
      privileges: { externalTenantId: "tenant-1" },
      log: { rules: [2] },
    });
  });

  test.each([
    [{ org_id: "acme", org_role: "member" }],
    [{ org_id: "acme" }],
    [{ org_role: "admin" }],
    [{ org_id: { id: "acme" }, org_role: "admin" }],
  ])("is not who has the claims %j", (claims) => {
    expect(granted({ tenantAdmin }, claims)).toBeUndefined();
  });

  test.each([["ac/me"], ["acme corp"], ["[acme other]"], ["x".repeat(101)], ["ac\u00e9me"], ["acme\n"]])(
    "is not granted, and a warning is logged, when the tenant's id is %j",
    (org_id) => {
      expect(granted({ tenantAdmin }, { org_id, org_role: "admin" })).toEqual({
        privileges: {},
        log: { rules: [1], warnings: ["TENANT_ID_INVALID"] },
      });
    },
  );

  test("is not granted, and a warning is logged, when rules name several tenants", () => {
    const claims = { org_id: "acme", org_role: "admin", groups: "tenant-admins" };
    expect(granted({ tenantAdmin }, claims)).toEqual({
      privileges: {},
      log: { rules: [1, 2], warnings: ["TENANT_AMBIGUOUS"] },
    });
    expect(privileges({ tenantAdmin }, { ...claims, org_id: "tenant-1" })).toEqual({ externalTenantId: "tenant-1" });
  });
});

describe("with several issuers", () => {
  const rules: Grants = {
    accountUids: [
      { issuer: "", claim: "groups", value: "staff", accountUids: [STAFF] },
      { issuer: "partner", claim: "groups", value: "staff", accountUids: [OPS] },
    ],
    tenantAdmin: [{ issuer: "partner", tenantClaim: "org_id", when: { claim: "org_role", values: ["admin"] } }],
  };
  const claims = { groups: '"staff"', org_id: '"acme"', org_role: '"admin"' };

  test.each([
    [undefined, { accountUids: [STAFF] }],
    ["partner", { accountUids: [OPS], externalTenantId: "acme" }],
    ["other", undefined],
  ])("a rule trusts its own issuer only (alias %s)", (issuerAlias, expected) => {
    expect(privileges(rules, claims, { source: "lambda", issuerAlias })).toEqual(expected);
  });
});

test("a dry run logs what it would grant, and grants nothing", () => {
  const claims = { groups: "staff", org_id: "acme", org_role: "admin" };
  expect(granted({ dryRun: true, accountUids, tenantAdmin }, claims)).toEqual({
    privileges: {},
    log: { rules: [1, 2, 5], dryRun: true },
  });
});

describe("over 10,000 arbitrary claims", () => {
  const rules = toGrantsData({ accountUids: accountUids.slice(1), tenantAdmin });
  const word = fc.constantFrom(
    "staff",
    "ops",
    "two words",
    "admin",
    "owner",
    "tenant-admins",
    "acme",
    ALL,
    STAFF,
    "__proto__",
  );
  const scalar = fc.oneof(word, fc.string({ maxLength: 5 }), fc.integer(), fc.boolean(), fc.constant(null));
  const list = fc.array(scalar, { maxLength: 4 });
  const value = fc.oneof(
    scalar,
    list,
    list.map((items) => JSON.stringify(items)),
    list.map((items) => `[${items.join(" ")}]`),
    scalar.map((item) => JSON.stringify(item)),
    fc.dictionary(fc.constantFrom("roles", "groups"), list),
    fc.jsonValue(),
  );
  const claims = fc.dictionary(
    fc.constantFrom(
      "groups",
      "org_id",
      "org_role",
      "realm_access",
      "realm_access.roles",
      "accountUids",
      "externalTenantId",
    ),
    value,
  );

  test("only accounts of the configuration are granted, and a tenant only by a rule that matches", () => {
    let tenants = 0;
    const caller = fc.record({
      claims,
      source: fc.constantFrom("jwt" as const, "lambda" as const),
      issuerAlias: fc.constant(undefined),
      plainClaims: fc.constant(["sub"]),
    });
    fc.assert(
      fc.property(caller, (verified) => {
        const { accountUids: uids = [], externalTenantId } = grant(rules, verified)?.privileges ?? {};
        const text = JSON.stringify(verified.claims);
        for (const uid of uids) expect([STAFF, OPS]).toContain(uid);
        if (uids.length > 0) expect(text).toMatch(/staff|ops|two words/);
        if (externalTenantId === undefined) return;
        tenants += 1;
        const { org_id, org_role } = verified.claims as Record<string, unknown>;
        if (externalTenantId === "tenant-1" && text.includes("tenant-admins")) return;
        expect(JSON.stringify(org_role)).toMatch(/admin|owner/);
        expect(String(org_id)).toContain(externalTenantId);
        expect(externalTenantId).toMatch(/^[\w-]{1,100}$/);
      }),
      { numRuns: 10_000 },
    );
    expect(tenants).toBeGreaterThan(20);
  });
});

test("quotes and brackets in a claim that is passed as plain text are part of its value", () => {
  const rule = (claim: string): Grants => ({ accountUids: [{ claim, value: "ada", accountUids: [STAFF] }] });
  const caller = { source: "lambda" as const };
  for (const sub of ['"ada"', '["ada"]', "[ada]"]) expect(granted(rule("sub"), { sub }, caller)).toBeUndefined();
  expect(privileges(rule("sub"), { sub: "ada" }, caller)).toEqual({ accountUids: [STAFF] });
  expect(privileges(rule("groups"), { groups: '["ada"]' }, caller)).toEqual({ accountUids: [STAFF] });
});
