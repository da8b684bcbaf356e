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
  /** Claims that a Lambda authorizer passes as plain text; quotes and brackets in them are part of the value. */
  plainClaims: readonly string[];
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
  const valuesOf = claimReader(caller);
  const forAccounts = accounts.flatMap((columns) => matches(columns, caller, valuesOf)).sort(byNumber);
  const forTenants = [
    ...tenants.flatMap((columns) => matches(columns, caller, valuesOf)),
    ...tenantClaims.flatMap((rule) => matchesTenantClaim(rule, caller, valuesOf)),
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

type ValuesOf = (claim: string) => string[];

function matches(columns: RuleColumns, caller: VerifiedClaims, valuesOf: ValuesOf): Match[] {
  const { issuer, claim, values, numbers, results } = columns;
  if (!appliesTo(issuer, caller)) return [];
  const given = claim === undefined ? [""] : valuesOf(claim);
  return given.flatMap((value) => {
    const found: Match[] = [];
    for (let i = firstIndexOf(values, value); values[i] === value; i++) {
      found.push({ number: numbers[i] as number, result: results[i] as string });
    }
    return found;
  });
}

/** A claim with several values gives them all, which is not a tenant's id. */
function matchesTenantClaim(
  { number, issuer, tenantClaim, when }: GrantsData["tenantClaims"][number],
  caller: VerifiedClaims,
  valuesOf: ValuesOf,
): Match[] {
  if (!appliesTo(issuer, caller)) return [];
  if (!valuesOf(when.claim).some((value) => when.values.includes(value))) return [];
  const tenantIds = valuesOf(tenantClaim);
  return tenantIds.length === 0 ? [] : [{ number, result: tenantIds.join(" ") }];
}

function appliesTo(issuer: string | undefined, { issuerAlias = "" }: VerifiedClaims): boolean {
  return issuer === undefined || issuer === issuerAlias;
}

/** Reads each claim once for all rules. */
function claimReader({ claims, source, plainClaims }: VerifiedClaims): ValuesOf {
  const known = new Map<string, string[]>();
  return (claim) => {
    let values = known.get(claim);
    if (values === undefined) {
      const value = findClaim(claims, claim);
      values = source === "lambda" && plainClaims.includes(claim) ? plainValue(value) : claimValues(value, source);
      known.set(claim, values);
    }
    return values;
  };
}

function plainValue(value: unknown): string[] {
  return typeof value === "string" && value !== "" ? [value] : [];
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
