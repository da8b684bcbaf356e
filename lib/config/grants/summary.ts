/** Pure: who gets what, in words, for `cdk synth` and `cdk diff`. */
import { createHash } from "node:crypto";
import type { Grants, TenantRule } from "../../../lambda/grants-data.ts";

const MAX_LINES = 20;

/**
 * @returns e.g. `["1. Everybody joins account a...", "2. Callers whose groups contain staff join accounts b... and c..."]`.
 *   The numbers are those of the log. Beyond 20 rules a digest of the rest shows whether they changed.
 */
export function grantsSummary({ dryRun, accountUids = [], tenantAdmin = [] }: Grants): string[] {
  const rules = [
    ...accountUids.map((rule) =>
      typeof rule === "string"
        ? `Everybody joins account ${rule}`
        : `Callers whose ${rule.claim} is or contains ${rule.value}${of(rule)} join ${rule.accountUids.join(", ")}`,
    ),
    ...tenantAdmin.map(tenantSentence),
  ].map((sentence, index) => `${index + 1}. ${sentence}`);
  return [...(dryRun ? ["Dry run: nothing is granted."] : []), ...shortened(rules)];
}

function tenantSentence(rule: TenantRule): string {
  if ("tenantClaim" in rule) {
    const { claim, values } = rule.when;
    return `Callers whose ${claim} is or contains ${values.join(" or ")}${of(rule)} become administrators of the tenant in ${rule.tenantClaim}`;
  }
  return `Callers whose ${rule.claim} is or contains ${rule.value}${of(rule)} become administrators of the tenant ${rule.externalTenantId}`;
}

function of({ issuer }: { issuer?: string }): string {
  if (issuer === undefined) return "";
  return issuer ? ` (issuer ${issuer})` : " (issuer without alias)";
}

function shortened(rules: string[]): string[] {
  if (rules.length <= MAX_LINES) return rules;
  const rest = rules.slice(MAX_LINES);
  const digest = createHash("sha256").update(rest.join("\n")).digest("hex").slice(0, 16);
  return [...rules.slice(0, MAX_LINES), `... and ${rest.length} more rules (digest ${digest})`];
}
