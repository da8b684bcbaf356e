/** Pure: what `grants` must be. docs/grants.schema.json is generated from it. */
import { z } from "zod";
import { MAX_ACCOUNTS, TENANT_ID } from "../../../lambda/grants-data.ts";
import { claimName, flag, knownText, list, mustBe } from "../values.ts";

const accountUid = knownText().regex(/^[\x21-\x7e]{20,128}$/, "must be the uid of an account, 20 to 128 characters");
const accounts = list(accountUid).min(1, "is empty").max(MAX_ACCOUNTS, `has more than ${MAX_ACCOUNTS} accounts`);
const value = knownText();
const issuer = knownText()
  .optional()
  .describe("the alias of the issuer whose claim the rule trusts, or the issuer itself");
const claim = claimName.describe('a claim by its exact name or path, such as "groups" or "realm_access.roles"');

const accountRule = z
  .strictObject({ claim, value, accountUids: accounts, issuer }, mustBe("an account uid or a rule"))
  .describe('a rule such as { "claim": "groups", "value": "staff", "accountUids": ["..."] }');

const tenantOfClaim = z.strictObject(
  { tenantClaim: claim, when: z.strictObject({ claim, values: list(value).min(1, "is empty") }), issuer },
  mustBe("an object"),
);
const tenantOfValue = z.strictObject(
  {
    claim,
    value,
    externalTenantId: knownText().regex(TENANT_ID, "must be letters, digits, _ and -, at most 100"),
    issuer,
  },
  mustBe("an object"),
);
const tenantRule = z
  .union([tenantOfClaim, tenantOfValue], "must be a rule")
  .describe('a rule such as { "tenantClaim": "org_id", "when": { "claim": "org_role", "values": ["admin"] } }');

/** Rules for accounts and tenants; docs/grants.md says what Mindset does with them. */
export const grantsSchema = z
  .strictObject(
    {
      dryRun: flag.optional().describe("true logs what would be granted, and sends nothing"),
      accountUids: z
        .array(z.union([accountUid, accountRule], "must be an account uid or a rule"), mustBe("a list"))
        .optional()
        .describe(
          'account uids for everybody, and rules such as { "claim": "groups", "value": "staff", "accountUids": ["..."] }',
        ),
      tenantAdmin: z
        .union([tenantRule, list(tenantRule)], "must be a rule or a list of rules")
        .optional()
        .describe('rules such as { "tenantClaim": "org_id", "when": { "claim": "org_role", "values": ["admin"] } }'),
      allowTenantAdmins: flag.optional().describe("true, because tenantAdmin makes callers administrators"),
    },
    {
      error: ({ input }) => (typeof input === "string" ? "is not the path of a JSON file" : "must be an object"),
    },
  )
  .describe('rules such as { "accountUids": [...], "tenantAdmin": {...} }, or the path of a JSON file with them');
