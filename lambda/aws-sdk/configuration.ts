/**
 * Edge (environment): reads the AWS SDK's settings from environment variables.
 *
 * Replaces `@smithy/core/config` in the bundle (see README.md). Names and meanings are the SDK's.
 */

type Environment = Record<string, string | undefined>;

interface Setting<T> {
  environmentVariableSelector(environment: Environment): T | undefined;
  default: T | (() => T | Promise<T>);
}

/** @returns a provider of the variable's value; of the default when the variable is absent or invalid. */
export function loadConfig<T>({ environmentVariableSelector, default: byDefault }: Setting<T>) {
  return async (): Promise<T> => {
    try {
      const value = environmentVariableSelector(process.env);
      if (value !== undefined) return value;
    } catch {
      // The SDK, too, ignores an invalid value and tries the next source.
    }
    return byDefault instanceof Function ? byDefault() : byDefault;
  };
}

/** @throws Error for any value except `true` and `false`. */
export function booleanSelector(values: Environment, name: string): boolean | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (value !== "true" && value !== "false") throw new Error(`${name} must be "true" or "false"`);
  return value === "true";
}

/** Adds the region to the client's settings, as a provider that rejects when the region is invalid. */
export function resolveRegionConfig<T extends { region?: string | (() => Promise<string>) }>(settings: T) {
  const { region } = settings;
  return Object.assign(settings, {
    region: async () => {
      const name = typeof region === "function" ? await region() : region;
      // The region becomes part of a host name.
      if (!name || !/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(name)) throw new Error("no valid region");
      return name;
    },
  });
}

/** The modes differ only in timeouts and retries, which api-key/secret.ts sets itself. */
export function resolveDefaultsModeConfig() {
  return async () => "legacy";
}

function flag(name: string): Setting<boolean> {
  return {
    environmentVariableSelector: (environment) => booleanSelector(environment, name),
    default: false,
  };
}

export const NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS = flag("AWS_USE_DUALSTACK_ENDPOINT");
export const NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS = flag("AWS_USE_FIPS_ENDPOINT");
export const DEFAULT_USE_DUALSTACK_ENDPOINT = false;
export const DEFAULT_USE_FIPS_ENDPOINT = false;

export const REGION_ENV_NAME = "AWS_REGION";
export const NODE_REGION_CONFIG_OPTIONS: Setting<string | undefined> = {
  environmentVariableSelector: (environment) => environment[REGION_ENV_NAME],
  default: undefined,
};

// Imported by the SDK, but not used in the bundle.
export const NODE_REGION_CONFIG_FILE_OPTIONS = {};
export const REGION_INI_NAME = "region";
export const CONFIG_PREFIX_SEPARATOR = ".";
export const SelectorType = { ENV: "env", CONFIG: "shared config entry" };
export class ProviderError extends Error {}
