/** Pure: CDK context -> the settings in it, for `parseDeploymentConfig`. */

type Settings = Record<string, unknown>;

const PREFIX = "mindset.";
const LISTS = ["audience", "scopes", "allowedOrigins"];
const JSON_VALUES = ["throttle", "throttle.rateLimit", "throttle.burstLimit", "logRetentionDays", "allowAnyApiHost"];

/**
 * Merges `cdk.json` with the command line, which takes precedence: `-c mindset.apiHost=...`, `-c mindset.audience=a,b`,
 * `-c mindset.throttle.rateLimit=20`. Values of the command line are text; lists, numbers and the like are parsed.
 * Unreadable values and unknown settings are passed on, for the parser to report.
 *
 * @param context the whole context of an app, e.g. `app.node.getAllContext()`.
 */
export function settingsFromContext(context: Settings): unknown {
  const fromFile = fromJson(context.mindset ?? {});
  const overrides = Object.entries(context).filter(([key]) => key.startsWith(PREFIX));
  return isObject(fromFile) ? overrides.reduce(override, fromFile) : fromFile;
}

function override(settings: Settings, [key, value]: [string, unknown]): Settings {
  const name = key.slice(PREFIX.length);
  if (!name.startsWith("throttle.")) return { ...settings, [name]: fromCommandLine(name, value) };
  const throttle = isObject(settings.throttle) ? settings.throttle : {};
  return { ...settings, throttle: { ...throttle, [name.slice("throttle.".length)]: fromCommandLine(name, value) } };
}

function fromCommandLine(name: string, value: unknown): unknown {
  if (JSON_VALUES.includes(name)) return fromJson(value);
  return LISTS.includes(name) && typeof value === "string" ? toList(value) : value;
}

/** `a,b` and `["a","b"]` are the same list; an empty text is an empty list. */
function toList(text: string): unknown {
  if (text.startsWith("[")) return fromJson(text);
  return text === "" ? [] : text.split(",").map((item) => item.trim());
}

function fromJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isObject(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
