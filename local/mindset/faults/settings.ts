/** Pure: what a developer asks for -> a fault and its particulars, or every problem at once. */
import { FAULTS, type Fault, type FaultSettings } from "./catalogue.ts";

/** What there is to set. Developers read it in the answers of `/__fault`. */
export const FAULT_SETTINGS: Readonly<Record<keyof FaultSettings, FaultSetting>> = {
  fault: {
    description: "which fault, by its name in the list of faults",
    allowed: 'the name of a fault, with three digits from 200 to 599 for NNN, such as "status-503"',
    accepts: (value) => typeof value === "string" && findFault(value) !== undefined,
  },
  times: {
    description: "how many requests it befalls; all, until it is deleted, when not given",
    allowed: "a whole number above 0, such as 2",
    accepts: (value) => Number.isInteger(value) && Number(value) > 0,
  },
  probability: {
    description: "how likely it befalls a request; 1 when not given",
    allowed: "a number from 0 to 1, such as 0.05",
    accepts: (value) => isNumberUpTo(1, value),
  },
  retryAfter: {
    description: "the header retry-after of status-NNN; none when not given",
    allowed: 'text that can stand in a header, such as "120"',
    accepts: (value) => isHeaderText(value),
  },
  location: {
    description: 'where redirect-NNN leads; "/elsewhere" when not given',
    allowed: 'text that can stand in a header, such as "https://example.com/"',
    accepts: (value) => isHeaderText(value),
  },
  ms: {
    description: "milliseconds, for delay (3900 when not given) and drip (200)",
    allowed: "a number from 0 to 3600000, such as 3000",
    accepts: (value) => isNumberUpTo(3_600_000, value),
  },
};

/** One thing to set. */
export interface FaultSetting {
  description: string;
  /** What it can be; completes "must be ...". */
  allowed: string;
  accepts(value: unknown): boolean;
}

/**
 * Checks what is asked for.
 *
 * @param wanted e.g. `{ fault: "status-503", times: 2, retryAfter: "120" }`.
 * @throws RangeError whose message names every setting that is wrong or unknown, and what is allowed.
 */
export function parseFaultSettings(wanted: unknown): FaultSettings {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) throw new RangeError(NO_OBJECT);
  const given = { fault: undefined, ...wanted };
  const problems = Object.entries(given).flatMap(([name, value]) => problemOf(name, value) ?? []);
  if (problems.length > 0) throw new RangeError(problems.join("; "));
  return wanted as FaultSettings;
}

/** Finds a fault by the name that it is asked for with, e.g. `status-503`. */
export function findFault(name: string): Fault | undefined {
  const key = name.replace(/-[2-5]\d\d$/, "-NNN");
  return name.endsWith("NNN") || !Object.hasOwn(FAULTS, key) ? undefined : FAULTS[key];
}

/** What a request to `/__fault` must look like. */
export const NO_OBJECT =
  'the body must be a JSON object of at most 4096 bytes, such as {"fault":"status-503","times":2}';

function problemOf(name: string, value: unknown): string | undefined {
  if (!isSetting(name)) return `${JSON.stringify(name)} is not a setting: there are ${SETTING_NAMES}`;
  const { accepts, allowed } = FAULT_SETTINGS[name];
  if (accepts(value) || (value === undefined && name !== "fault")) return undefined;
  return `${name} must be ${allowed}, ${value === undefined ? "and is missing" : `not ${JSON.stringify(value)}`}`;
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
