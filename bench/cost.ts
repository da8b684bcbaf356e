/** Pure: CPU and Mindset's answering time -> dollars a month, and the instances that a rate needs. */
import { PRICES, QUOTAS, type Tiers } from "./prices.ts";

/** What the figures are computed from. */
export interface CostBasis {
  /** CPU of a cold start up to the first answer, and of a warm request. */
  coldCpuMs: number;
  warmCpuMs: number;
  /** How long Mindset takes, network included. */
  upstreamMs: number;
  /** One request in so many meets a cold start. */
  requestsPerColdStart: number;
}

export const MEMORY_MB = 512;
/** The part of a CPU that Lambda gives to this memory: 1,769 MB have a whole one. */
export const CPUS = MEMORY_MB / 1_769;

/**
 * Bytes of log for one token; test/bench/cost.test.ts measures the first two of them from the function itself and the
 * fourth from the stack. Lambda's own lines, `platform.start` and `platform.report`, are estimated by their schema
 * (docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html).
 */
export const LOG_BYTES = { line: 340, metrics: 570, lambda: 550, access: 200 };

/** What costs the same however many requests there are; the same test counts them. */
export const STANDING = { customMetrics: 6, alarmMetrics: 6, secrets: 1 };

/** Requests a second that the API lets through unless the deployment says otherwise; the same test reads it. */
export const DEFAULT_THROTTLE = 50;

/** How often an instance reads the secret. */
const SECRET_READ_SECONDS = 300;

export const SECONDS_A_MONTH = 30 * 86_400;

/** Milliseconds that a request is billed for. The CPU is stretched by the part of it that the function gets. */
export function billedMs({ warmCpuMs, upstreamMs }: CostBasis): number {
  return Math.ceil(warmCpuMs / CPUS + upstreamMs);
}

/** The same for a request that meets a cold start, its initialisation included. */
export function billedColdMs({ coldCpuMs, upstreamMs }: CostBasis): number {
  return Math.ceil(coldCpuMs / CPUS + upstreamMs);
}

/** The mean of both. */
export function meanMs(basis: CostBasis): number {
  return billedMs(basis) + (billedColdMs(basis) - billedMs(basis)) / basis.requestsPerColdStart;
}

/** US dollars for so many million tokens in one month, without {@link standingCost}. */
export function costOf(millions: number, basis: CostBasis) {
  const logBytes = Object.values(LOG_BYTES).reduce((sum, bytes) => sum + bytes);
  const parts = {
    lambdaTime: millions * meanMs(basis) * 1e3 * (MEMORY_MB / 1_024) * PRICES.lambdaGbSecond,
    httpApi: tiered(millions, PRICES.httpApiMillionRequests),
    logs: tiered((millions * 1e6 * logBytes) / 1e9, PRICES.logsGb),
    lambdaRequests: millions * PRICES.lambdaMillionRequests,
    secretReads: millions * 1e6 * secretReadsPerRequest(basis) * (PRICES.secretTenThousandReads / 10_000),
  };
  return { ...parts, total: sum(parts) };
}

/** US dollars a month for what does not grow with the requests; metrics cost less when hours pass without any. */
export function standingCost() {
  const parts = {
    customMetrics: STANDING.customMetrics * PRICES.customMetricMonth,
    alarms: STANDING.alarmMetrics * PRICES.alarmMetricMonth,
    secret: STANDING.secrets * PRICES.secretMonth,
  };
  return { ...parts, total: sum(parts) };
}

/** How many instances are busy at once (Little's law), how often the secret is read, and what a month of it costs. */
export function capacityAt(requestsPerSecond: number, basis: CostBasis) {
  return {
    instances: Math.ceil((requestsPerSecond * meanMs(basis)) / 1_000),
    secretReadsPerSecond: requestsPerSecond * secretReadsPerRequest(basis),
    dollarsAMonth: costOf((requestsPerSecond * SECONDS_A_MONTH) / 1e6, basis).total + standingCost().total,
  };
}

/** The requests a second at which so many instances are all busy. */
export function rateOf(instances: number, millisecondsEach: number): number {
  return (instances * 1_000) / millisecondsEach;
}

/** Reads of the secret per second by so many instances: each in its turn, and each new one at its start. */
export function secretReadsOf(instances: number): number {
  return instances / SECRET_READ_SECONDS + QUOTAS.lambdaInstancesPerTenSeconds / 10;
}

/** One at each cold start, and one for every 300 s that an instance is busy. */
function secretReadsPerRequest(basis: CostBasis): number {
  return 1 / basis.requestsPerColdStart + meanMs(basis) / 1_000 / SECRET_READ_SECONDS;
}

function tiered(amount: number, tiers: Tiers): number {
  return tiers.reduce((sum, { upTo, price }, i) => {
    const from = tiers[i - 1]?.upTo ?? 0;
    return sum + Math.max(0, Math.min(amount, upTo) - from) * price;
  }, 0);
}

function sum(parts: Record<string, number>): number {
  return Object.values(parts).reduce((total, part) => total + part, 0);
}
