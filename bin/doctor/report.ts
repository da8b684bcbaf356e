/** Pure: what a check found, and how it is printed. */

/** The result of one check. */
export interface Finding {
  /** e.g. `"keys of the issuer"`. */
  check: string;
  /** `"note"`: worth knowing, not a failure. */
  status: "pass" | "fail" | "note" | "skipped";
  /** What was found; may hold text that a server sent. */
  detail?: string;
  /** For failures and notes: what to do. */
  advice?: string;
}

/** Findings in the order in which they are made. */
export type Findings = AsyncGenerator<Finding> | Generator<Finding>;

export function pass(check: string, detail?: string): Finding {
  return { check, status: "pass", detail };
}

export function fail(check: string, detail: string, advice: string): Finding {
  return { check, status: "fail", detail, advice };
}

export function note(check: string, detail: string, advice: string): Finding {
  return { check, status: "note", detail, advice };
}

export function skip(check: string, why: string): Finding {
  return { check, status: "skipped", detail: why };
}

const LABELS = { pass: "pass    ", fail: "FAIL    ", note: "note    ", skipped: "skipped " };
const MAX_TEXT = 400;

/** @returns e.g. `"FAIL    keys of the issuer: no keys\n        Check ..."`. */
export function toLines({ check, status, detail, advice }: Finding): string {
  return `${LABELS[status]}${check}${detail ? `: ${detail}` : ""}${advice ? `\n        ${advice}` : ""}`;
}

/**
 * Makes a finding safe to print: no control characters, which could change what a terminal shows, and no JWT.
 *
 * @param secrets texts that must not appear, e.g. the access token.
 */
export function toPrintable(finding: Finding, secrets: readonly string[]): Finding {
  const { check, status, detail, advice } = finding;
  return { check: clean(check, secrets), status, detail: clean(detail, secrets), advice: clean(advice, secrets) };
}

function clean<T extends string | undefined>(text: T, secrets: readonly string[]): T {
  if (text === undefined) return text;
  const hidden = secrets.filter(Boolean).reduce<string>((all, secret) => all.replaceAll(secret, "[hidden]"), text);
  const printable = hidden
    .replace(/\beyJ[\w-]*\.[\w-]*(\.[\w-]*)*/g, "[hidden]")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
  return (printable.length > MAX_TEXT ? `${printable.slice(0, MAX_TEXT)} ...` : printable) as T;
}
