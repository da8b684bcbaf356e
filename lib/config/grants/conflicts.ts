/** Pure: the rules about `grants` that span several settings. */
import { MAX_ACCOUNTS } from "../../../lambda/grants-data.ts";
import type { SignIn } from "../sign-in/types.ts";
import type { Conflict } from "../values.ts";
import { aliasOf, claimsOf, type GrantsConfig, rulesOf, tenantRulesOf } from "./types.ts";

export function grantsConflicts(grants: GrantsConfig, signIn: SignIn | undefined): Conflict[] {
  return [
    ...adminConflicts(grants),
    ...tooManyAccounts(grants),
    ...(signIn ? issuerConflicts(grants, signIn) : []),
    ...(signIn?.type === "jwt" ? nestedClaims(grants) : []),
  ];
}

function adminConflicts(grants: GrantsConfig): Conflict[] {
  if (grants.allowTenantAdmins || tenantRulesOf(grants).length === 0) return [];
  const message = "makes callers administrators. Set grants.allowTenantAdmins to true, or leave it out.";
  return [{ path: ["grants", "tenantAdmin"], message }];
}

/** Rules on the same value always match together. What different values add up to is only known at run time. */
function tooManyAccounts({ accountUids = [] }: GrantsConfig): Conflict[] {
  const everybody = accountUids.filter((rule) => typeof rule === "string");
  const sums = new Map<string, Set<string>>([["", new Set(everybody)]]);
  for (const rule of accountUids) {
    if (typeof rule === "string") continue;
    const key = JSON.stringify([rule.issuer, rule.claim, rule.value]);
    sums.set(key, new Set([...everybody, ...(sums.get(key) ?? []), ...rule.accountUids]));
  }
  if ([...sums.values()].every(({ size }) => size <= MAX_ACCOUNTS)) return [];
  const message = `gives a caller more than ${MAX_ACCOUNTS} accounts, which is Mindset's limit. Write fewer accounts.`;
  return [{ path: ["grants", "accountUids"], message }];
}

function issuerConflicts(grants: GrantsConfig, signIn: SignIn): Conflict[] {
  const isSeveral = signIn.type === "oidc" && signIn.issuers.length > 1;
  return rulesOf(grants).flatMap(({ path, rule }) => {
    if (rule.issuer === undefined) {
      return isSeveral
        ? [{ path: [...path, "issuer"], message: "is missing; with several issuers each rule needs it" }]
        : [];
    }
    if (aliasOf(rule.issuer, signIn) !== undefined) return [];
    return [{ path: [...path, "issuer"], message: "is not an issuer of signIn or the alias of one" }];
  });
}

/** API Gateway's JWT authorizer passes nested claims as text that is not JSON. Names with a slash, such as Auth0's, are not paths. */
function nestedClaims(grants: GrantsConfig): Conflict[] {
  const message =
    "is a path, but API Gateway's JWT authorizer does not pass nested claims. " +
    'Write signIn.type "oidc", or a claim at the top level.';
  return rulesOf(grants).flatMap(({ path, rule }) =>
    claimsOf(rule)
      .filter(({ claim }) => claim.includes(".") && !claim.includes("/"))
      .map((named) => ({ path: [...path, ...named.path], message })),
  );
}
