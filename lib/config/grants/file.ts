/** Edge (file): reads `grants` from a file of its own. */
import { readFileSync } from "node:fs";

/**
 * Replaces `"grants": "grants.json"` by the content of that file. A path that cannot be read stays, for the parser to report.
 *
 * @param settings as from `settingsFromContext`; the path is relative to the working directory, where `cdk.json` is.
 */
export function withGrantsFile(settings: unknown): unknown {
  const { grants } = Object(settings) as { grants?: unknown };
  return typeof grants === "string" ? { ...Object(settings), grants: contentOf(grants) } : settings;
}

function contentOf(path: string): unknown {
  try {
    const { $schema: _, ...grants } = JSON.parse(readFileSync(path, "utf8"));
    return grants;
  } catch {
    return path;
  }
}
