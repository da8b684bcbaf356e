/** `node bench/cost-page.ts`: prints the README's section on cost, from the figures of the last whole `npm run bench`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { billedColdMs, billedMs, type CostBasis, capacityAt, costPerMillion } from "./cost.ts";
import { PRICES_AS_OF } from "./prices.ts";
import type { Figures } from "./report.ts";
import { OURS } from "./variants.ts";

const UPSTREAM_MS = 200;
const REQUESTS_PER_COLD_START = 100;
const RATES = [1, 100, 10_000];

const { cold, warm, date }: Figures = JSON.parse(readFileSync(join(import.meta.dirname, "results/full.json"), "utf8"));
const basis: CostBasis = {
  coldCpuMs: cold[OURS]?.coldCpuMs ?? Number.NaN,
  warmCpuMs: warm[OURS]?.cpuMsPerRequest ?? Number.NaN,
  upstreamMs: UPSTREAM_MS,
  requestsPerColdStart: REQUESTS_PER_COLD_START,
};
const { httpApi, lambdaRequests, lambdaTime, secretReads, total } = costPerMillion(basis);
const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

const rows = RATES.map((rate) => {
  const { instances, secretReadsPerSecond } = capacityAt(rate, basis);
  const monthly = (rate * 86_400 * 30 * total) / 1e6;
  const cells = [rate, instances, secretReadsPerSecond.toFixed(2), Math.round(monthly)];
  return `| ${cells.map((cell) => cell.toLocaleString("en")).join(" | ")} |`;
});

console.log(`A million tokens cost about **${dollars(total)}**: HTTP API ${dollars(httpApi)}, Lambda requests ${dollars(lambdaRequests)}, Lambda time
${dollars(lambdaTime)} (512 MB arm64; ${billedMs(basis)} ms a request when Mindset takes ${UPSTREAM_MS} ms, ${billedColdMs(basis)} ms for one in ${REQUESTS_PER_COLD_START} that meets a cold start), reads of
the secret ${dollars(secretReads)}; and the secret itself $0.40 a month. Mindset's own price, logs, metrics and data transfer are not in it.

| requests per second, steadily | busy instances | reads of the secret per second | dollars a month |
| --- | --- | --- | --- |
${rows.join("\n")}

Computed by \`bench/cost-page.ts\` from CPU measured on ${date} and the prices of us-east-1 in \`bench/prices.ts\`
(${PRICES_AS_OF}).`);
