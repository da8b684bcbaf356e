/** What may be wrong with Secrets Manager while an instance knows the key, and what the log then says. */
import type { SecretsManagerFault } from "../../local/secrets-manager/server.ts";
import type { Scale } from "./findings.ts";

/** One of them. */
export interface Trouble {
  what: string;
  trouble: SecretsManagerFault | (() => SecretsManagerFault | undefined);
  /** What requests are logged as that are served all the same. */
  level: "WARN" | "ERROR";
  /** Their field `apiKeyProblem`. */
  problem: string;
  requests: Record<Scale, number>;
  /** Between two requests, by the clock of the key; over and over again. */
  pausesMs: number[];
  /** In real time, after a request that began to read: the read may go on longer. */
  settleMs: number;
}

const UNAVAILABLE = { level: "WARN", problem: "SECRET_UNAVAILABLE" } as const;
/** 30 minutes. */
const OFTEN = { requests: { short: 840, full: 3_600 }, pausesMs: [500], settleMs: 0 };
/** The key is due at every twentieth request; at the others only when it was read in vain 5 s before. */
const IN_TWENTIES = { pausesMs: [...Array(19).fill(500), 331_000], settleMs: 1_000 };

/** All of them. */
export const TROUBLES: Trouble[] = [
  { ...UNAVAILABLE, ...OFTEN, what: "down (500)", trouble: { error: "InternalServiceError", status: 500 } },
  {
    ...UNAVAILABLE,
    ...IN_TWENTIES,
    requests: { short: 0, full: 600 },
    what: "throttles every second call, at random",
    trouble: () => (Math.random() < 0.5 ? { error: "ThrottlingException" } : undefined),
  },
  {
    ...UNAVAILABLE,
    ...IN_TWENTIES,
    settleMs: 3_200,
    requests: { short: 0, full: 40 },
    what: "never answers",
    trouble: { silence: true },
  },
  {
    ...OFTEN,
    what: "denies access",
    trouble: { error: "AccessDeniedException" },
    level: "ERROR",
    problem: "CONFIG_SECRET_ACCESS",
  },
];
