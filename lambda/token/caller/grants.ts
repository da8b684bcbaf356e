/** Pure: the rules of the configuration and verified claims -> the privileges that Mindset is asked to grant the caller. */
import { findClaim } from "../../find-claim.ts";
import { type GrantsData, MAX_ACCOUNTS, type RuleColumns, TENANT_ID } from "../../grants-data.ts";
import { type ClaimsSource, claimValues } from "./claim-values.ts";

/** Privileges as Mindset's request names them; it keeps them when a rule is removed. */
export interface Privileges {
  accountUids?: string[];
  externalTenantId?: string;
}

/** What the rules grant. */
export interface Grant {
  /** Sent to Mindset. */
  privileges: Privileges;
  /** Printed in the log line: rules by number, no claim value. */
  log: GrantLog;
}

/** e.g. `{ rules: [1, 4] }`. */
export interface GrantLog {
  /** The numbers of the rules that matched. */
  rules: number[];
  /** The privileges were not sent. */
  dryRun?: true;
  warnings?: GrantWarning[];
}

type GrantWarning = "TOO_MANY_ACCOUNTS" | "TENANT_ID_INVALID" | "TENANT_AMBIGUOUS";

/** The caller's verified claims, and who verified them. */
export interface VerifiedClaims {
  claims: object;
  source: ClaimsSource;
  issuerAlias: string | undefined;
}

/**
 * Matches the rules with the caller's claims. The only claim value that reaches Mindset is a tenant's id, from the claim
 * that a rule names.
 *
 * @returns undefined when no rule matches.
 */
export function grant(
  { dryRun, accounts, tenants, tenantClaims }: GrantsData,
  caller: VerifiedClaims,
): Grant | undefined {
  const forAccounts = accounts.flatMap((columns) => matches(columns, caller)).sort(byNumber);
  const forTenants = [
    ...tenants.flatMap((columns) => matches(columns, caller)),
    ...tenantClaims.flatMap((rule) => matchesTenantClaim(rule, caller)),
  ].sort(byNumber);
  if (forAccounts.length + forTenants.length === 0) return undefined;
  const [accountUids, accountWarnings] = toAccountUids(forAccounts);
  const [externalTenantId, tenantWarnings] = toTenantId(forTenants);
  const warnings = [...accountWarnings, ...tenantWarnings];
  return {
    privileges: dryRun ? {} : { accountUids, externalTenantId },
    log: {
      rules: [...forAccounts, ...forTenants].map(({ number }) => number),
      dryRun: dryRun || undefined,
      warnings: warnings.length > 0 ? warnings : undefined,
    },
  };
}

interface Match {
  number: number;
  result: string;
}

function matches({ issuer, claim, values, numbers, results }: RuleColumns, caller: VerifiedClaims): Match[] {
  if (!appliesTo(issuer, caller)) return [];
  const given = claim === undefined ? [""] : valuesOf(claim, caller);
  return given.flatMap((value) => {
    const found: Match[] = [];
    for (let i = firstIndexOf(values, value); values[i] === value; i++) {
      found.push({ number: numbers[i] as number, result: results[i] as string });
    }
    return found;
  });
}

function matchesTenantClaim(rule: GrantsData["tenantClaims"][number], caller: VerifiedClaims): Match[] {
  const { number, issuer, tenantClaim, when } = rule;
  if (!appliesTo(issuer, caller)) return [];
  if (!valuesOf(when.claim, caller).some((value) => when.values.includes(value))) return [];
  const [tenantId, ...others] = valuesOf(tenantClaim, caller);
  return tenantId === undefined || others.length > 0 ? [] : [{ number, result: tenantId }];
}

function appliesTo(issuer: string | undefined, { issuerAlias = "" }: VerifiedClaims): boolean {
  return issuer === undefined || issuer === issuerAlias;
}

function valuesOf(claim: string, { claims, source }: VerifiedClaims): string[] {
  return claimValues(findClaim(claims, claim), source);
}

/** Binary search; the index of the value in the sorted list, or where it would be inserted. */
function firstIndexOf(sorted: string[], value: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byNumber(a: Match, b: Match): number {
  return a.number - b.number;
}

function toAccountUids(matched: Match[]): [uids: string[] | undefined, warnings: GrantWarning[]] {
  const uids = [...new Set(matched.flatMap(({ result }) => result.split(" ")))];
  if (uids.length === 0) return [undefined, []];
  return [uids.slice(0, MAX_ACCOUNTS), uids.length > MAX_ACCOUNTS ? ["TOO_MANY_ACCOUNTS"] : []];
}

/** Mindset accepts one tenant, so rules that name several grant no tenant. */
function toTenantId(matched: Match[]): [tenantId: string | undefined, warnings: GrantWarning[]] {
  const [tenantId, ...others] = new Set(matched.map(({ result }) => result));
  if (tenantId === undefined) return [undefined, []];
  if (others.length > 0) return [undefined, ["TENANT_AMBIGUOUS"]];
  return TENANT_ID.test(tenantId) ? [tenantId, []] : [undefined, ["TENANT_ID_INVALID"]];
}
