/** Types and conversion: `grants` in the settings -> the data that the token function reads. */

import type { AccountRule, Grants, TenantRule } from "../../../lambda/grants-data.ts";
import { ISSUER_ALIAS } from "../../../lambda/sign-in-settings.ts";
import type { SignIn } from "../sign-in/types.ts";

/** Accounts and tenants at Mindset that the verified claims of callers grant. */
export interface GrantsConfig {
  /**
   * Logs what would be granted, and sends nothing.
   *
   * @default false
   */
  readonly dryRun?: boolean;

  /**
   * A string grants an account to every caller. Matching rules are combined, up to 10 accounts. With several
   * issuers, each rule names the `issuer` whose claim it trusts, by alias or `iss`.
   *
   * @default - no accounts
   */
  readonly accountUids?: (string | AccountRule)[];

  /**
   * Callers whom Mindset registers as administrators of a tenant. Needs `allowTenantAdmins`.
   *
   * @default - no tenant administrators
   */
  readonly tenantAdmin?: TenantRule | TenantRule[];

  /**
   * Allows `tenantAdmin`. Mindset has no way to revoke the role.
   *
   * @default false
   */
  readonly allowTenantAdmins?: boolean;
}

/** The rules, with each issuer by its alias; `toGrantsData` turns them into the content of `grants.json`. */
export function toGrants(config: GrantsConfig, signIn: SignIn): Grants {
  return {
    dryRun: config.dryRun || undefined,
    accountUids: config.accountUids?.map((rule) => (typeof rule === "string" ? rule : withAlias(rule, signIn))),
    tenantAdmin: tenantRulesOf(config).map((rule) => withAlias(rule, signIn)),
  };
}

export function tenantRulesOf({ tenantAdmin = [] }: GrantsConfig): TenantRule[] {
  return Array.isArray(tenantAdmin) ? tenantAdmin : [tenantAdmin];
}

/** The rules that depend on a claim, with their path in the settings. */
export function rulesOf(config: GrantsConfig) {
  const accounts = (config.accountUids ?? []).flatMap((rule, index) =>
    typeof rule === "string" ? [] : [{ path: ["grants", "accountUids", index], rule }],
  );
  const tenants = tenantRulesOf(config).map((rule, index) => ({
    path: Array.isArray(config.tenantAdmin) ? ["grants", "tenantAdmin", index] : ["grants", "tenantAdmin"],
    rule,
  }));
  return [...accounts, ...tenants];
}

/** The claims that a rule reads, by the name of its setting. */
export function claimsOf(rule: AccountRule | TenantRule): { path: string[]; claim: string }[] {
  if ("claim" in rule) return [{ path: ["claim"], claim: rule.claim }];
  return [
    { path: ["tenantClaim"], claim: rule.tenantClaim },
    { path: ["when", "claim"], claim: rule.when.claim },
  ];
}

/**
 * The alias of the issuer that a rule names; `""` for the issuer without one, undefined for none. With your own
 * authorizer, a rule names the `issuerAlias` that it passes, or applies to callers without one.
 */
export function aliasOf(issuer: string | undefined, signIn: SignIn): string | undefined {
  if (signIn.type === "lambda") return issuer === undefined || ISSUER_ALIAS.test(issuer) ? (issuer ?? "") : undefined;
  if (issuer === undefined || signIn.type !== "oidc") return undefined;
  const found = signIn.issuers.find(({ issuer: iss, alias }) => iss === issuer || alias === issuer);
  return found && (found.alias ?? "");
}

function withAlias<Rule extends AccountRule | TenantRule>(rule: Rule, signIn: SignIn): Rule {
  return { ...rule, issuer: aliasOf(rule.issuer, signIn) };
}
