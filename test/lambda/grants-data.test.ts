import { expect, test } from "@jest/globals";
import { toGrantsData } from "../../lambda/grants-data.ts";

const uid = "u".repeat(20);

test("without rules there are no columns", () => {
  expect(toGrantsData({})).toEqual({ accounts: [], tenants: [], tenantClaims: [] });
});

test("rules are columns by issuer and claim, sorted by value, and numbered from 1 with the accounts first", () => {
  const data = toGrantsData({
    dryRun: true,
    accountUids: [
      { claim: "groups", value: "b", accountUids: [uid, "v".repeat(20)] },
      uid,
      { claim: "groups", value: "a", accountUids: [uid] },
      { issuer: "partner", claim: "groups", value: "a", accountUids: [uid] },
    ],
    tenantAdmin: [
      { claim: "org", value: "acme", externalTenantId: "t1" },
      { tenantClaim: "org_id", when: { claim: "role", values: ["admin"] } },
    ],
  });
  expect(data).toEqual({
    dryRun: true,
    accounts: [
      { claim: "groups", values: ["a", "b"], numbers: [3, 1], results: [uid, `${uid} ${"v".repeat(20)}`] },
      { values: [""], numbers: [2], results: [uid] },
      { issuer: "partner", claim: "groups", values: ["a"], numbers: [4], results: [uid] },
    ],
    tenants: [{ claim: "org", values: ["acme"], numbers: [5], results: ["t1"] }],
    tenantClaims: [{ number: 6, tenantClaim: "org_id", when: { claim: "role", values: ["admin"] } }],
  });
});
