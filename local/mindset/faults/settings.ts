/** Pure: parses the fault that a developer asks for, or names every problem at once. */
import { FAULTS, type Fault, type FaultSettings } from "./catalogue.ts";

/** The options of a fault. `/__fault` shows them to developers. */
export const FAULT_SETTINGS: Readonly<Record<keyof FaultSettings, FaultSetting>> = {
  fault: {
    description: "the name of the fault, from the list of faults",
    allowed: 'the name of a fault, with three digits from 200 to 599 instead of NNN, such as "status-503"',
    accepts: (value) => typeof value === "string" && findFault(value) !== undefined,
  },
  times: {
    description: "the number of requests affected; without it, all requests until you delete the fault",
    allowed: "a whole number above 0, such as 2",
    accepts: (value) => Number.isInteger(value) && Number(value) > 0,
  },
  probability: {
    description: "the probability for each request; default 1",
    allowed: "a number from 0 to 1, such as 0.05",
    accepts: (value) => isNumberUpTo(1, value),
  },
  retryAfter: {
    description: "the header retry-after of status-NNN; default none",
    allowed: 'printable ASCII text, such as "120"',
    accepts: (value) => isHeaderText(value),
  },
  location: {
    description: 'the target of redirect-NNN; default "/elsewhere"',
    allowed: 'printable ASCII text, such as "https://example.com/"',
    accepts: (value) => isHeaderText(value),
  },
  ms: {
    description: "milliseconds for delay (default 3900) and drip (default 200)",
    allowed: "a number from 0 to 3600000, such as 3000",
    accepts: (value) => isNumberUpTo(3_600_000, value),
  },
};

/** An option of a fault. */
export interface FaultSetting {
  description: string;
  /** The allowed values, to complete "must be ...". */
  allowed: string;
  accepts(value: unknown): boolean;
}

/**
 * Parses a fault.
 *
 * @param wanted e.g. `{ fault: "status-503", times: 2, retryAfter: "120" }`.
 * @throws RangeError that names every invalid or unknown option, and the allowed values.
 */
export function parseFaultSettings(wanted: unknown): FaultSettings {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) throw new RangeError(NO_OBJECT);
  const given = { fault: undefined, ...wanted };
  const problems = Object.entries(given).flatMap(([name, value]) => problemOf(name, value) ?? []);
  if (problems.length > 0) throw new RangeError(problems.join("; "));
  return wanted as FaultSettings;
}

/** Finds a fault by its name, e.g. `status-503`. */
export function findFault(name: string): Fault | undefined {
  const key = name.replace(/-[2-5]\d\d$/, "-NNN");
  return name.endsWith("NNN") || !Object.hasOwn(FAULTS, key) ? undefined : FAULTS[key];
}

/** The error for a body of another shape. */
export const NO_OBJECT =
  'the body must be a JSON object of at most 4096 bytes, such as {"fault":"status-503","times":2}';

function problemOf(name: string, value: unknown): string | undefined {
  if (!isSetting(name)) return `${JSON.stringify(name)} is not an option (use ${SETTING_NAMES})`;
  const { accepts, allowed } = FAULT_SETTINGS[name];
  if (accepts(value) || (value === undefined && name !== "fault")) return undefined;
  return `${name} must be ${allowed}, ${value === undefined ? "and it is missing" : `not ${JSON.stringify(value)}`}`;
}

const SETTING_NAMES = Object.keys(FAULT_SETTINGS).join(", ");

function isSetting(name: string): name is keyof FaultSettings {
  return Object.hasOwn(FAULT_SETTINGS, name);
}

function isNumberUpTo(most: number, value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= most;
}

function isHeaderText(value: unknown): boolean {
  return typeof value === "string" && /^[\x20-\x7e]+$/.test(value);
}
