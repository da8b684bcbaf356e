/**
 * Edge (environment): the AWS SDK's settings as Lambda provides them, in variables.
 *
 * The bundle has this module in place of `@smithy/core/config`, which looks for every setting in shared configuration
 * files and asks the metadata service too. A function has neither, and would pay for looking at each cold start
 * (lib/function-bundle.ts; figures in bench/README.md). Names and meanings are the SDK's (test/lib/bundled-sdk.test.ts).
 */
type Environment = Record<string, string | undefined>;

interface Setting<T> {
  environmentVariableSelector(environment: Environment): T | undefined;
  default: T | (() => T | Promise<T>);
}

/** @returns a provider of the variable's value, or of the default where it is absent or unreadable. */
export function loadConfig<T>({ environmentVariableSelector, default: byDefault }: Setting<T>) {
  return async (): Promise<T> => {
    try {
      const value = environmentVariableSelector(process.env);
      if (value !== undefined) return value;
    } catch {
      // The SDK goes on to the next source as well.
    }
    return byDefault instanceof Function ? byDefault() : byDefault;
  };
}

/** @throws Error for anything but `true` and `false`. */
export function booleanSelector(values: Environment, name: string): boolean | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (value !== "true" && value !== "false") throw new Error(`${name} is neither "true" nor "false"`);
  return value === "true";
}

/** The region and whether to use FIPS endpoints, as the client asks for them. */
export function resolveRegionConfig<T extends { region?: string | (() => Promise<string>) }>(settings: T) {
  const { region } = settings;
  return Object.assign(settings, {
    region: async () => {
      const name = typeof region === "function" ? await region() : region;
      // It becomes part of a host name.
      if (!name || !/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(name)) throw new Error("no valid region");
      return name;
    },
  });
}

/** Every mode leaves what we do not set ourselves (api-key-secret.ts) as it is. */
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

// What the SDK imports for its other ways, and never uses here.
export const NODE_REGION_CONFIG_FILE_OPTIONS = {};
export const REGION_INI_NAME = "region";
export const CONFIG_PREFIX_SEPARATOR = ".";
export const SelectorType = { ENV: "env", CONFIG: "shared config entry" };
export class ProviderError extends Error {}
