/** Pure: a call and what it left behind, held against the row that promises how it goes. */
import type { Call } from "./call.ts";
import type { Row } from "./row.ts";
import type { Variant } from "./variants.ts";

/** What the stand-ins saw of a call. */
export interface Traces {
  /** Requests of this caller that reached Mindset. */
  arrivals: number;
  secretReads: number;
  /** Whose token Mindset has issued under the token that was answered. */
  tokenOwner: string | undefined;
}

/** What is judged. */
export interface Case {
  row: Row;
  variant: Variant;
  call: Call;
  traces: Traces;
}

/** @returns a sentence for everything that is not as the row has it; time apart. */
export function problemsOf({ row, variant, call, traces }: Case): string[] {
  const { status, body, line, retryAfter, subject } = call;
  const problems: string[] = [];
  function expect(what: string, seen: unknown, wanted: readonly unknown[]) {
    if (wanted.includes(seen)) return;
    problems.push(`${row.fault} (${variant.name}): ${what} is ${seen}, not ${wanted.join(" or ")}`);
  }
  expect("status", status, [row.status]);
  expect("public code", body.code, [row.publicCode]);
  expect("code in the log", line?.code, [row.logCode]);
  expect("level in the log", line?.level, [row.status === 200 ? "INFO" : "ERROR"]);
  expect("calls", line?.attempts, [row.calls]);
  expect("requests that arrived", traces.arrivals, [row.arrivals ?? row.calls]);
  expect("secret reads", traces.secretReads, [row.secretReads ?? 0]);
  expect("retry-after", retryAfter, variant.retryAfter ?? [row.retryAfter]);
  if (row.status === 200) {
    expect("fields", Object.keys(body).join(), ["authToken"]);
    expect("owner of the token", traces.tokenOwner, [subject]);
  }
  return problems;
}
