/** Pure: the rules of `grants` -> the data in `grants.json`, in the form that the token function reads fastest. */

/** Mindset's limit of accounts per request. */
export const MAX_ACCOUNTS = 10;

/** The tenants' ids that Mindset accepts. */
export const TENANT_ID = /^[A-Za-z0-9_-]{1,100}$/;

/**
 * Rules for accounts and tenants at Mindset. As `GrantsData` they are the file `grants.json` next to the token function's
 * `index.js`; without the file nothing is granted. Log lines number the rules from 1, `accountUids` before `tenantAdmin`.
 */
export interface Grants {
  /** Log what would be granted, and send nothing. @default false */
  dryRun?: boolean;
  /** A string grants an account to every caller; matching rules are combined. @default - none */
  accountUids?: (string | AccountRule)[];
  /** Callers whom Mindset registers as administrators of a tenant. @default - none */
  tenantAdmin?: TenantRule[];
}

/** Adds callers with a value in a claim to accounts. */
export interface AccountRule {
  /** A claim by its exact name or path, e.g. `groups` or `realm_access.roles`. */
  claim: string;
  value: string;
  accountUids: string[];
  /** Alias of the issuer whose claim counts, `""` for the issuer without one. @default - there is one issuer only */
  issuer?: string;
}

/** Makes callers administrators of the tenant that a claim names, or of a fixed one. `issuer` as in `AccountRule`. */
export type TenantRule =
  | { tenantClaim: string; when: { claim: string; values: string[] }; issuer?: string }
  | { claim: string; value: string; externalTenantId: string; issuer?: string };

/**
 * The content of `grants.json`. The rules of a claim are columns of text, sorted by value: 10,000 rules take 3 ms to parse,
 * as objects 10 ms.
 */
export interface GrantsData {
  dryRun?: boolean;
  /** Each result is account uids, separated by spaces. */
  accounts: RuleColumns[];
  /** Each result is a tenant's id. */
  tenants: RuleColumns[];
  /** Rules that take the tenant's id from a claim. */
  tenantClaims: TenantClaimRule[];
}

/** Rules about one claim: rule `numbers[i]` grants `results[i]` for the value `values[i]`. */
export interface RuleColumns {
  /** The issuer whose claim the rules trust; `""` is the one without an alias. @default - any */
  issuer?: string;
  /** The claim's name or path. @default - the rules apply to every caller; their values are `""` */
  claim?: string;
  values: string[];
  numbers: number[];
  results: string[];
}

interface TenantClaimRule {
  number: number;
  issuer?: string;
  tenantClaim: string;
  when: { claim: string; values: string[] };
}

interface Rule {
  number: number;
  issuer?: string;
  claim?: string;
  value: string;
  result: string;
}

/** @param grants checked; its rules are numbered from 1, those of `accountUids` first. */
export function toGrantsData({ dryRun, accountUids = [], tenantAdmin = [] }: Grants): GrantsData {
  const accounts = accountUids.map((rule, i): Rule => {
    if (typeof rule === "string") return { number: i + 1, value: "", result: rule };
    return { ...rule, number: i + 1, result: rule.accountUids.join(" ") };
  });
  const numbered = tenantAdmin.map((rule, i) => ({ ...rule, number: accountUids.length + i + 1 }));
  const tenants = numbered.flatMap((rule) => ("when" in rule ? [] : [{ ...rule, result: rule.externalTenantId }]));
  return {
    dryRun,
    accounts: toColumns(accounts),
    tenants: toColumns(tenants),
    tenantClaims: numbered.filter((rule) => "when" in rule),
  };
}

function toColumns(rules: Rule[]): RuleColumns[] {
  const groups = Map.groupBy(rules, ({ issuer, claim }) => JSON.stringify([issuer, claim]));
  return [...groups.values()].map((group) => {
    const sorted = group.toSorted((a, b) => (a.value < b.value ? -1 : Number(a.value > b.value)));
    return {
      issuer: sorted[0]?.issuer,
      claim: sorted[0]?.claim,
      values: sorted.map(({ value }) => value),
      numbers: sorted.map(({ number }) => number),
      results: sorted.map(({ result }) => result),
    };
  });
}
