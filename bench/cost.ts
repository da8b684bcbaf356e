/** Pure: CPU and Mindset's answering time -> dollars per million tokens, and the instances that a rate needs. */
import { PRICES } from "./prices.ts";

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

export const MEMORY_GB = 0.5;
/** The part of a CPU that Lambda gives to 512 MB: 1,769 MB have a whole one. */
export const CPUS = 512 / 1_769;

/** Milliseconds that a request is billed for. The CPU is stretched by the part of it that the function gets. */
export const billedMs = ({ warmCpuMs, upstreamMs }: CostBasis): number => Math.ceil(warmCpuMs / CPUS + upstreamMs);

/** The same for a request that meets a cold start, its initialisation included. */
export const billedColdMs = ({ coldCpuMs, upstreamMs }: CostBasis): number => Math.ceil(coldCpuMs / CPUS + upstreamMs);

/** US dollars per million tokens. */
export const costPerMillion = (basis: CostBasis) => {
  const { requestsPerColdStart } = basis;
  const meanMs = billedMs(basis) + (billedColdMs(basis) - billedMs(basis)) / requestsPerColdStart;
  const lambdaTime = meanMs * 1e3 * MEMORY_GB * PRICES.lambdaGbSecond;
  // The least that happens: one read by each instance at its start; README says what long-lived ones add.
  const secretReads = (1e6 / requestsPerColdStart / 10_000) * PRICES.secretTenThousandReads;
  const parts = {
    httpApi: PRICES.httpApiMillionRequests,
    lambdaRequests: PRICES.lambdaMillionRequests,
    lambdaTime,
    secretReads,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part) };
};

/** How many instances are busy at once (Little's law), and how often they read the secret: each once in 300 s. */
export const capacityAt = (requestsPerSecond: number, basis: CostBasis) => {
  const instances = Math.ceil((requestsPerSecond * billedMs(basis)) / 1_000);
  return { instances, secretReadsPerSecond: instances / 300 };
};
