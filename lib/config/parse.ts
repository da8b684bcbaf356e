/** Pure: the settings of a deployment (unknown) -> DeploymentConfig, or a list of every problem. */
import { conflictsIn } from "./conflicts.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import { deploymentSchema, SETTINGS } from "./schema.ts";
import { schemaAt } from "./schema-at.ts";
import type { Conflict } from "./values.ts";

/** The configuration cannot be deployed. `problems` has one sentence per problem, with what to write instead. */
export class DeploymentConfigError extends Error {
  override readonly name = "DeploymentConfigError";
  readonly problems: readonly string[];

  /** @param advice follows the problems. */
  constructor(problems: readonly string[], advice = HOW_TO) {
    const list = problems.map((problem) => `  - ${problem}`);
    super(["The configuration is incomplete or invalid:", ...list, "", advice].join("\n"));
    this.problems = problems;
  }
}

/**
 * Checks a configuration. Unknown settings are problems too. Messages repeat no value (except the origin of a URL),
 * because somebody may have pasted the API key into the wrong setting.
 *
 * @param settings e.g. `{ apiHost: "a.api.mindset.ai", appUid: "my-app", signIn: { issuer: "https://...", audience: "web" } }`.
 * @throws DeploymentConfigError with every problem, e.g. `signIn.issuer must begin with https://. Write the exact "iss" ...`.
 */
export function parseDeploymentConfig(settings: unknown): DeploymentConfig {
  const { data, error } = deploymentSchema.safeParse(settings);
  const issues = [...(error?.issues ?? []), ...conflictsIn(validPartOf(settings))];
  if (data && issues.length === 0) return data;
  throw new DeploymentConfigError(issues.flatMap(leavesOf).flatMap(toProblems));
}

type Issue = Conflict & { keys?: string[]; code?: string; errors?: Issue[][] };

/** Of alternatives such as a text or a rule, the problems of the one that was meant: of the right type, with the fewest. */
function leavesOf(issue: Issue): Issue[] {
  const [meant] = (issue.errors ?? [])
    .map((issues) => issues.flatMap(leavesOf))
    .filter((issues) => !issues.some(isOfAnotherType))
    .sort((a, b) => a.length - b.length);
  return meant?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function isOfAnotherType({ code = "", path }: Issue): boolean {
  return path.length === 0 && ["invalid_type", "invalid_union"].includes(code);
}

/** The settings that are valid on their own, so that rules about several settings hold whatever else is wrong. */
function validPartOf(settings: unknown): Partial<DeploymentConfig> {
  const given = Object(settings);
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([name, schema]) => [name, schema.safeParse(given[name]).data]),
  );
}

function toProblems({ path, message, keys }: Issue): string[] {
  const { description = "an object, as below" } = schemaAt(deploymentSchema, path);
  const sentence = message.endsWith(".") ? message : `${message}. Write ${description}.`;
  if (!keys) return [`${settingAt(path)} ${sentence}`];
  const instead = path.length > 0 ? description : `one of ${Object.keys(SETTINGS).join(", ")}`;
  const advice = message.endsWith(".") ? message : `Write ${instead}.`;
  return keys.map((key) => `${settingAt([...path, key])} is not a setting. ${advice}`);
}

/** The setting as in `cdk.json`, e.g. `allowedOrigins[1]` or `throttle.rateLimit`; all of them together are `mindset`. */
export function settingAt(path: PropertyKey[]): string {
  const keys = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`));
  return keys.join("").replace(/^\./, "") || "mindset";
}

const HOW_TO = `Write the settings into cdk.json, for example:

  "context": {
    "mindset": {
      "apiHost": "a.api.mindset.ai",
      "appUid": "your-app-uid",
      "signIn": { "issuer": "https://login.example.com/", "audience": "your-audience" },
      "allowedOrigins": ["https://app.example.com"]
    }
  }

or on the command line, for example  -c mindset.apiHost=a.api.mindset.ai  (docs/settings.md lists all settings).`;
