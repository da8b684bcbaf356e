import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { grantsJsonSchema } from "../../../../lib/config/grants/json-schema.ts";
import { grantsSummary } from "../../../../lib/config/grants/summary.ts";
import { rulesOf, toGrants } from "../../../../lib/config/grants/types.ts";
import { type DeploymentConfigError, parseDeploymentConfig } from "../../../../lib/config/parse.ts";
import { readDeploymentConfig } from "../../../../lib/config/read.ts";

const JWT = { issuer: "https://login.example.com/", audience: ["app"] };
const SEVERAL = {
  type: "oidc" as const,
  issuers: [JWT, { issuer: "https://partner.example.com", audience: ["app"], alias: "partner" }],
};
function uid(name: string): string {
  return `account-${name}-0123456789`;
}
const STAFF = { claim: "groups", value: "staff", accountUids: [uid("b")] };
const ADMINS = { tenantClaim: "org_id", when: { claim: "org_role", values: ["admin"] } };

function problemsOf(grants: unknown, signIn: unknown = JWT): readonly string[] {
  try {
    parseDeploymentConfig({ apiHost: "a.api.mindset.ai", appUid: "app", signIn, grants });
    return [];
  } catch (error) {
    return (error as DeploymentConfigError).problems;
  }
}

describe("grants", () => {
  test.each([
    ["accounts for everybody and rules", { accountUids: [uid("a"), STAFF] }],
    ["administrators of the tenant in a claim", { tenantAdmin: ADMINS, allowTenantAdmins: true }],
    [
      "administrators of named tenants",
      { tenantAdmin: [{ claim: "role", value: "acme", externalTenantId: "acme" }], allowTenantAdmins: true },
    ],
    ["a dry run", { dryRun: true, accountUids: [STAFF] }],
    ["a claim of Auth0, whose name has dots", { accountUids: [{ ...STAFF, claim: "https://acme.example/roles" }] }],
    ["10,000 rules", { accountUids: Array.from({ length: 10_000 }, (_, index) => ({ ...STAFF, value: `g${index}` })) }],
  ])("can be %s", (_, grants) => {
    expect(problemsOf(grants)).toEqual([]);
  });

  test.each([
    ["grants", 7, "must be an object"],
    ["grants", "no-such-file.json", "is not the path of a JSON file"],
    ["grants.accounts", { accounts: [] }, "is not a setting"],
    ["grants.accountUids", { accountUids: "a" }, "must be a list"],
    ["grants.accountUids[0]", { accountUids: ["short"] }, "20 to 128"],
    ["grants.accountUids[0]", { accountUids: [7] }, "must be an account uid or a rule"],
    ["grants.accountUids[0].value", { accountUids: [{ ...STAFF, value: undefined }] }, "is missing"],
    ["grants.accountUids[0].claim", { accountUids: [{ ...STAFF, claim: "a b" }] }, "without spaces"],
    ["grants.accountUids[0].accountUids", { accountUids: [{ ...STAFF, accountUids: [] }] }, "is empty"],
    ["grants.accountUids[0].values", { accountUids: [{ ...STAFF, values: ["a"] }] }, "is not a setting"],
    ["grants.tenantAdmin", { tenantAdmin: ADMINS }, "Set grants.allowTenantAdmins"],
    ["grants.tenantAdmin.when.values", { tenantAdmin: { ...ADMINS, when: { claim: "a", values: [] } } }, "is empty"],
    [
      "grants.tenantAdmin[0].externalTenantId",
      { tenantAdmin: [{ claim: "a", value: "b", externalTenantId: "ä" }], allowTenantAdmins: true },
      "letters, digits",
    ],
    ["grants.accountUids[0].claim", { accountUids: [{ ...STAFF, claim: "realm_access.roles" }] }, "is a path, but API"],
    [
      "grants.tenantAdmin.tenantClaim",
      { tenantAdmin: { ...ADMINS, tenantClaim: "org.id" }, allowTenantAdmins: true },
      "is a path, but API Gateway",
    ],
    [
      "grants.tenantAdmin[0].when.claim",
      { tenantAdmin: [{ ...ADMINS, when: { claim: "a.b", values: ["c"] } }], allowTenantAdmins: true },
      'signIn.type "oidc"',
    ],
    ["grants.accountUids[0].issuer", { accountUids: [{ ...STAFF, issuer: "other" }] }, "is not an issuer of signIn"],
  ])("fail for %s", (name, grants, problem) => {
    const problems = problemsOf(grants);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems[0]?.split(" ")[0]).toBe(name);
  });

  test("fail with more accounts for one caller than Mindset accepts, as far as that is known", () => {
    const six = Array.from({ length: 6 }, (_, index) => uid(`x${index}`));
    const five = Array.from({ length: 5 }, (_, index) => uid(`y${index}`));
    const tooMany = [expect.stringMatching(/^grants.accountUids gives a caller more than 10 accounts/)];
    expect(problemsOf({ accountUids: [...six, ...five] })).toEqual(tooMany);
    expect(problemsOf({ accountUids: [...six, ...five.slice(1)] })).toEqual([]);
    expect(problemsOf({ accountUids: [...six, { ...STAFF, accountUids: five }] })).toEqual(tooMany);
    expect(
      problemsOf({
        accountUids: [
          { ...STAFF, accountUids: six },
          { ...STAFF, accountUids: five },
        ],
      }),
    ).toEqual(tooMany);
    expect(
      problemsOf({
        accountUids: [
          { ...STAFF, accountUids: six },
          { ...STAFF, value: "ops", accountUids: five },
        ],
      }),
    ).toEqual([]);
  });

  test("report every problem", () => {
    const grants = { accountUids: ["short", { ...STAFF, claim: "a.b" }], tenantAdmin: [{ ...ADMINS, when: {} }] };
    const names = problemsOf({ ...grants, allowTenantAdmins: "yes" }).map((problem) => problem.split(" ")[0]);
    expect(names).toEqual([
      "grants.accountUids[0]",
      "grants.tenantAdmin[0].when.claim",
      "grants.tenantAdmin[0].when.values",
      "grants.allowTenantAdmins",
    ]);
  });
});

test("rules may name nested claims with oidc, and need no issuer when there is only one", () => {
  const nested = { ...STAFF, claim: "realm_access.roles" };
  const oidc = { type: "oidc" as const, issuers: [JWT] };
  expect(problemsOf({ accountUids: [nested] }, oidc)).toEqual([]);
  expect(problemsOf({ accountUids: [nested] }, null)).toEqual([expect.stringMatching(/^signIn /)]);
  expect(toGrants({ accountUids: [uid("a"), nested], tenantAdmin: ADMINS, dryRun: true }, oidc)).toEqual({
    dryRun: true,
    accountUids: [uid("a"), { ...nested, issuer: undefined }],
    tenantAdmin: [{ ...ADMINS, issuer: undefined }],
  });
  expect(toGrants({ dryRun: false }, oidc)).toEqual({ tenantAdmin: [] });
  expect(rulesOf({})).toEqual([]);
});

describe("a rule with several issuers", () => {
  test("names the issuer whose claim it trusts, because a partner's provider could grant otherwise", () => {
    expect(problemsOf({ accountUids: [STAFF] }, SEVERAL)).toEqual([
      expect.stringMatching(/^grants.accountUids\[0\].issuer is missing/),
    ]);
    expect(problemsOf({ accountUids: [uid("a"), { ...STAFF, issuer: "partner" }] }, SEVERAL)).toEqual([]);
    const allowTenantAdmins = true;
    expect(problemsOf({ tenantAdmin: ADMINS, allowTenantAdmins }, SEVERAL)).toEqual([
      expect.stringMatching(/^grants.tenantAdmin.issuer is missing/),
    ]);
    expect(problemsOf({ tenantAdmin: [ADMINS], allowTenantAdmins }, SEVERAL)).toEqual([
      expect.stringMatching(/^grants.tenantAdmin\[0\].issuer is missing/),
    ]);
  });

  test("carries the alias of that issuer, or an empty one", () => {
    const rules = [
      { ...STAFF, issuer: "partner" },
      { ...STAFF, issuer: "https://partner.example.com" },
      { ...STAFF, issuer: "https://login.example.com/" },
    ];
    const { accountUids = [] } = toGrants({ accountUids: rules }, SEVERAL);
    expect(accountUids.map((rule) => Object(rule).issuer)).toEqual(["partner", "partner", ""]);
  });
});

test("with an authorizer of the company's own, a rule names the issuerAlias that it passes, or applies to callers without one", () => {
  const signIn = { type: "lambda", authorizerArn: "arn:aws:lambda:eu-west-1:123456789012:function:own" } as const;
  expect(problemsOf({ accountUids: [{ ...STAFF, issuer: "partner" }] }, signIn)).toEqual([]);
  expect(problemsOf({ accountUids: [{ ...STAFF, issuer: "Not an alias" }] }, signIn)).toHaveLength(1);
  const { accountUids = [] } = toGrants({ accountUids: [STAFF, { ...STAFF, issuer: "partner" }] }, signIn);
  expect(accountUids.map((rule) => Object(rule).issuer)).toEqual(["", "partner"]);
});

describe("the summary", () => {
  test("says in words who gets what, by the numbers of the log", () => {
    const staff = { ...STAFF, accountUids: [uid("b"), uid("c")], issuer: "" };
    const tenants = [
      { ...ADMINS, when: { claim: "org_role", values: ["admin", "owner"] } },
      { claim: "role", value: "acme-admin", externalTenantId: "acme", issuer: "partner" },
    ];
    expect(grantsSummary({ dryRun: true, accountUids: [uid("a"), staff], tenantAdmin: tenants })).toEqual([
      "Dry run: nothing is granted.",
      `1. Everybody joins account ${uid("a")}`,
      `2. Callers whose groups is or contains staff (issuer without alias) join ${uid("b")}, ${uid("c")}`,
      "3. Callers whose org_role is or contains admin or owner become administrators of the tenant in org_id",
      "4. Callers whose role is or contains acme-admin (issuer partner) become administrators of the tenant acme",
    ]);
  });

  test("of many rules is short, and changes with each of them", () => {
    const rules = Array.from({ length: 10_000 }, (_, index) => ({ ...STAFF, value: `group-${index}` }));
    const summary = grantsSummary({ accountUids: rules });
    expect(summary).toHaveLength(21);
    const changed = grantsSummary({ accountUids: [...rules.slice(0, -1), STAFF] });
    expect(changed.at(-1)).not.toBe(summary.at(-1));
    expect(summary.at(-1)).toMatch(/^\.\.\. and 9980 more rules \(digest [0-9a-f]{16}\)$/);
    expect(grantsSummary({ accountUids: rules.slice(0, 20) })).toHaveLength(20);
  });
});

describe("a file of its own", () => {
  const folder = mkdtempSync(join(tmpdir(), "grants-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "grants.json");
  const REST = { apiHost: "a.api.mindset.ai", appUid: "my-app", signIn: JWT };

  test("is read, with or without the address of its schema", () => {
    writeFileSync(path, JSON.stringify({ $schema: "grants.schema.json", accountUids: [uid("a")] }));
    const { grants } = readDeploymentConfig({ mindset: { ...REST, grants: path } });
    expect(grants).toEqual({ accountUids: [uid("a")] });
  });

  test("that is missing or is not JSON is reported with the other problems", () => {
    writeFileSync(path, "{");
    for (const grants of [path, join(folder, "missing.json")]) {
      expect(() => readDeploymentConfig({ mindset: { grants } })).toThrow(/appUid is missing[\s\S]*- grants /);
    }
  });
});

test("docs/grants.schema.json is current; `npm run build:schema` writes it", () => {
  expect(JSON.parse(readFileSync("docs/grants.schema.json", "utf8"))).toEqual(grantsJsonSchema());
});
