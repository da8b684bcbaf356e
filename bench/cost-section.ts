/** Pure: measured CPU -> the README's section on what the endpoint costs, and what stops it. */
import {
  billedColdMs,
  billedMs,
  type CostBasis,
  capacityAt,
  costOf,
  DEFAULT_THROTTLE,
  LOG_BYTES,
  MEMORY_MB,
  meanMs,
  rateOf,
  STANDING,
  secretReadsOf,
  standingCost,
} from "./cost.ts";
import { PRICES_AS_OF, QUOTAS } from "./prices.ts";
import type { Figures } from "./report/report.ts";

/** What is kept of a whole `npm run bench`, in bench/figures.json. */
export interface CostFigures {
  /** e.g. `2026-11-22` */
  date: string;
  node: string;
  runtimeClient: string;
  /** e.g. `x64` */
  processor: string;
  coldCpuMs: number;
  warmCpuMs: number;
}

const UPSTREAM_MS = 200;
const REQUESTS_PER_COLD_START = 100;
const RATES = [1, 100, 10_000];
/** How long Mindset is waited for, when it hangs. */
const HANGING_MS = 4_000;

/** @param name of the variant that is deployed */
export function toCostFigures({ date, node, runtimeClient, cold, warm }: Figures, name: string): CostFigures {
  const coldCpuMs = cold[name]?.coldCpuMs;
  const warmCpuMs = warm[name]?.cpuMsPerRequest;
  if (coldCpuMs === undefined || warmCpuMs === undefined) throw new Error(`"${name}" was not measured`);
  const rounded = { coldCpuMs: Number(coldCpuMs.toFixed(1)), warmCpuMs: Number(warmCpuMs.toFixed(3)) };
  return { date, node, runtimeClient, processor: process.arch, ...rounded };
}

/** @returns Markdown without a heading, as it stands in the README. */
export function toCostSection(figures: CostFigures): string {
  const { coldCpuMs, warmCpuMs } = figures;
  const basis = { coldCpuMs, warmCpuMs, upstreamMs: UPSTREAM_MS, requestsPerColdStart: REQUESTS_PER_COLD_START };
  return [prices(basis), rates(basis), assumptions(basis, figures), limits(basis)].join("\n\n");
}

function prices(basis: CostBasis): string {
  const { lambdaTime, httpApi, logs, lambdaRequests, secretReads, total } = costOf(1, basis);
  const standing = standingCost();
  const logKb = rounded(Object.values(LOG_BYTES).reduce((sum, bytes) => sum + bytes) / 1_000);
  const rows = [
    [
      `Lambda, time: ${Math.round(meanMs(basis))} ms each with ${MEMORY_MB} MB, nearly all of it waiting for Mindset`,
      lambdaTime,
    ],
    ["API Gateway, HTTP API", httpApi],
    [`CloudWatch, logs: ${logKb} kB each`, logs],
    ["Lambda, requests", lambdaRequests],
    ["Secrets Manager, reads of the key", secretReads],
  ] as const;
  return `A million tokens cost about **$${rounded(total)}**:

${table(
  ["for a million tokens", "dollars"],
  rows.map(([what, dollars]) => [what, dollars.toFixed(2)]),
)}

Beside that, a deployment costs up to $${standing.total.toFixed(2)} a month: ${STANDING.customMetrics} metrics of its own ($${standing.customMetrics.toFixed(2)}, less where there are hours without a
request), alarms on ${STANDING.alarmMetrics} metrics ($${standing.alarms.toFixed(2)}), and the secret ($${standing.secret.toFixed(2)}). Not counted: Mindset's own price, data transfer, the keeping of
logs, taxes, and what AWS gives for nothing.`;
}

function rates(basis: CostBasis): string {
  return table(
    [
      "requests per second, all month",
      "busy instances",
      "reads of the secret per second",
      "dollars a month, all of the above",
    ],
    RATES.map((rate) => {
      const { instances, secretReadsPerSecond, dollarsAMonth } = capacityAt(rate, basis);
      return [rate.toLocaleString("en"), ...[instances, secretReadsPerSecond, dollarsAMonth].map(rounded)];
    }),
  );
}

function assumptions(basis: CostBasis, { date, processor }: CostFigures): string {
  return `These are estimates:

- Mindset takes ${UPSTREAM_MS} ms. One request in ${REQUESTS_PER_COLD_START} meets a cold start, which takes ${billedColdMs(basis)} ms instead of ${billedMs(basis)}; under a steady load far fewer do.
- The CPU was measured on ${date} on ${processor}, and is priced as arm64. Starting up is counted at 0.29 CPU; Lambda may give it more.
- Secrets Manager is taken to answer at once. A third of each token's log, Lambda's own lines, is guessed from their format.
- Prices are those of us-east-1, with AWS's lower ones for large amounts. ${PRICES_AS_OF}.

\`npm run bench:cost\` computes all this from \`bench/figures.json\`, which a whole \`npm run bench\` writes.`;
}

function limits(basis: CostBasis): string {
  const { lambdaConcurrency, lambdaInstancesPerTenSeconds, apiGatewayRate, secretReadsPerSecond } = QUOTAS;
  function whole(amount: number): string {
    return amount.toLocaleString("en");
  }
  const rows = [
    [
      "the throttle of this API",
      `${DEFAULT_THROTTLE} requests per second, all callers together`,
      "the setting `throttle`",
    ],
    [
      `Lambda, ${whole(lambdaConcurrency)} instances at once per region (new accounts may have fewer)`,
      `${rounded(rateOf(lambdaConcurrency, meanMs(basis)))} requests per second; ${rounded(rateOf(lambdaConcurrency, HANGING_MS))} while Mindset hangs for ${HANGING_MS / 1_000} s`,
      "Service Quotas, Lambda: concurrent executions",
    ],
    [
      `API Gateway, ${whole(apiGatewayRate)} requests per second per region (${whole(QUOTAS.apiGatewayRateOfSomeRegions)} in some)`,
      `${whole(apiGatewayRate)} requests per second, all APIs together`,
      "Service Quotas, API Gateway: throttle rate",
    ],
    [
      `Lambda, ${whole(lambdaInstancesPerTenSeconds)} new instances in 10 s per function`,
      `a rush that grows by more than ${rounded(rateOf(lambdaInstancesPerTenSeconds, meanMs(basis)))} requests per second in 10 s; the rest get 503 meanwhile`,
      "nothing; provisioned concurrency, when the hour is known",
    ],
    [
      `Secrets Manager, ${whole(secretReadsPerSecond)} reads per second`,
      `nowhere: N instances read N/300 times a second, new ones add at most ${lambdaInstancesPerTenSeconds / 10}: with 10,000 instances ${rounded(secretReadsOf(10_000))}`,
      "nothing",
    ],
  ];
  return `The platform scales; there is nothing of ours to run beside it. What stops it:

${table(["limit at first", "where it bites", "what to raise"], rows)}`;
}

/** Two significant digits, since nothing here is known better: `0.011`, `2,100`, `3.5`. */
function rounded(amount: number): string {
  return Number(amount.toPrecision(2)).toLocaleString("en", { maximumFractionDigits: 3 });
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
