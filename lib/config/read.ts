/** Reads the settings of a deployment from CDK's context, and `grants` from its own file (file). */
import { readFileSync } from "node:fs";
import { settingsFromContext } from "./context.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import { parseDeploymentConfig } from "./parse.ts";

/**
 * Reads and checks the settings. `"grants": "grants.json"` is replaced by the content of that file; the path is relative
 * to the working directory, where `cdk.json` is.
 *
 * @param context the context of an app: `context` in `cdk.json`, with `-c` options added.
 * @throws DeploymentConfigError with every problem.
 */
export function readDeploymentConfig(context: Record<string, unknown>): DeploymentConfig {
  return parseDeploymentConfig(withGrantsFile(settingsFromContext(context)));
}

function withGrantsFile(settings: unknown): unknown {
  const { grants } = Object(settings) as { grants?: unknown };
  return typeof grants === "string" ? { ...Object(settings), grants: contentOf(grants) } : settings;
}

/** A path that cannot be read stays, for the parser to report. */
function contentOf(path: string): unknown {
  try {
    const { $schema: _, ...grants } = JSON.parse(readFileSync(path, "utf8"));
    return grants;
  } catch {
    return path;
  }
}
