/** Edge (disk): an example of `grants`: rules that add users to accounts and make them administrators of tenants. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Grants, toGrantsData } from "../../lambda/grants-data.ts";

/** The claims that the rules name. */
export const GRANT_CLAIMS = ["groups", "org_id", "org_role"] as const;

/** The account of the group `staff`. */
export const STAFF_ACCOUNT = "local-account-of-all-staff";

/** Gives the rules. @param parent the path of the claims, e.g. `user.`; by default they are at the top level. */
export function toExampleGrants(parent = ""): Grants {
  const [groups, tenant, role] = GRANT_CLAIMS.map((claim) => `${parent}${claim}`) as [string, string, string];
  return {
    accountUids: [{ claim: groups, value: "staff", accountUids: [STAFF_ACCOUNT] }],
    tenantAdmin: [{ tenantClaim: tenant, when: { claim: role, values: ["admin"] } }],
  };
}

/** Writes the rules where the function reads them, as the stack does; removes them after `use`. */
export async function withGrantsFile<T>(grants: Grants | undefined, use: (folder?: string) => Promise<T>): Promise<T> {
  if (!grants) return use();
  const folder = mkdtempSync(join(tmpdir(), "mindset-grants-"));
  try {
    writeFileSync(join(folder, "grants.json"), JSON.stringify(toGrantsData(grants)));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
