/** Pure: what the schema found -> sentences for the one who writes the configuration. */
import type { z } from "zod";
import { closestName } from "./closest-name.ts";
import { deploymentSchema } from "./schema.ts";

const SETTINGS = Object.keys(deploymentSchema.shape);

const NOT_YET_SUPPORTED = ["identitySource", "accountUids", "accountUidMap", "externalTenantId", "externalTenantIdMap"];

/**
 * Says what is wrong with a configuration, setting by setting, and what to write instead. Values are not repeated
 * (but for the origin of a URL), because somebody may have pasted the API key into the wrong setting.
 *
 * @returns e.g. `["issuer must begin with https://. Write the \"iss\" of your callers' JWTs ..."]`.
 */
export function toProblems(issues: z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    const { path, message } = issue;
    if (issue.code !== "unrecognized_keys") return [`${nameOf(path)} ${message}. Write ${whatToWrite(path)}.`];
    return issue.keys.map((key) => `${nameOf([...path, key])} ${whyUnknown(path, key)}`);
  });
}

function whyUnknown(path: PropertyKey[], key: string): string {
  if (path.length > 0) return `is not a setting. Write ${whatToWrite(path)}.`;
  if (NOT_YET_SUPPORTED.includes(key)) return "is not supported yet. Leave it out.";
  const meant = closestName(key, SETTINGS);
  return `is not a setting. ${meant ? `Did you mean ${meant}?` : `Write one of ${SETTINGS.join(", ")}.`}`;
}

/** e.g. `allowedOrigins[1]` or `throttle.rateLimit`; the whole is named as in cdk.json, `mindset`. */
function nameOf(path: PropertyKey[]): string {
  return (
    path.reduce<string>((name, key) => {
      if (typeof key === "number") return `${name}[${key}]`;
      return name ? `${name}.${String(key)}` : String(key);
    }, "") || "mindset"
  );
}

function whatToWrite([setting]: PropertyKey[]): string {
  return deploymentSchema.shape[setting as keyof typeof deploymentSchema.shape]?.description ?? "an object, as below";
}
