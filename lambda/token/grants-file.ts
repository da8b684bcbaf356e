/** Edge (file): reads the rules of `grants` from the function's asset, once per cold start. */
import { existsSync, readFileSync } from "node:fs";
import type { GrantsData } from "../grants-data.ts";
import { ConfigInvalidError } from "./errors.ts";

/**
 * @param folder where Lambda unpacks the asset, e.g. `/var/task`.
 * @returns undefined when the asset has no `grants.json`, so that nothing is granted.
 * @throws ConfigInvalidError when the file is not what the stack writes there.
 */
export function readGrants(folder: string | undefined): GrantsData | undefined {
  const file = `${folder}/grants.json`;
  if (folder === undefined || !existsSync(file)) return undefined;
  try {
    const grants = JSON.parse(readFileSync(file, "utf8"));
    if (grants.accounts && grants.tenants && grants.tenantClaims) return grants;
  } catch {
    // Reported below, without the parser's message, which quotes the file.
  }
  throw new ConfigInvalidError("Invalid grants.json next to the function's code: deploy again.");
}
