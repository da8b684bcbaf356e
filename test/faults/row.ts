/** What one row of the matrix promises: the answer to a fault, its cost in calls, and its time. */
import type { Variant } from "./variants.ts";

/** A row; every variant of it is answered in the same way. */
export interface Row {
  fault: string;
  status: number;
  /** What the caller reads; absent for a token. */
  publicCode?: string;
  /** What the log says; absent for a token. */
  logCode?: string;
  /** The header of the answer. @default - none */
  retryAfter?: string;
  /** Calls of Mindset, by the log. */
  calls: number;
  /** Requests that reached Mindset. @default - as many as calls */
  arrivals?: number;
  /** @default 0 */
  secretReads?: number;
  /** Inside the handler. @default - not promised */
  atMostMs?: number;
  /** The time is what it takes longer than a bare HTTP client that meets the same. @default false */
  overBareClient?: boolean;
  /** What the function has left when it is asked. @default 15_000 */
  remainingMs?: number;
  /** Its runs take so long that they go side by side, and not at all in the short form. @default false */
  sideBySide?: boolean;
  variants: Variant[];
}
