/**
 * Prints what the endpoint costs: node docs/cost.mjs [UPSTREAM_MS] [REQUESTS_PER_COLD_START]
 *
 * Change the constants for your region, Mindset's latency and newer figures of `npm run bench`. docs/cost.md shows the output.
 */
const [UPSTREAM_MS = 200, REQUESTS_PER_COLD_START = 100] = process.argv.slice(2).map(Number);

// Measured CPU of a cold start and of a warm request (docs/performance.md, 2026-11-22).
const COLD_CPU_MS = 84;
const WARM_CPU_MS = 0.58;
const MEMORY_MB = 512;
const CPUS = MEMORY_MB / 1_769; // Lambda gives a whole CPU to 1,769 MB
const LOG_BYTES = 355 + 615 + 550 + 200; // log line, metrics, Lambda's own lines (estimated), access log
const SECRET_READ_SECONDS = 300;

// US dollars, us-east-1, without the free tier; where they were compared stands in docs/cost.md.
const GB_SECOND = 0.0000133334;
const MILLION_INVOCATIONS = 0.2;
const MILLION_API_REQUESTS = [
  [300, 1],
  [Infinity, 0.9],
];
const GB_OF_LOGS = [
  [10_000, 0.5],
  [30_000, 0.25],
  [50_000, 0.1],
  [Infinity, 0.05],
];
const SECRET_READ = 0.05 / 10_000;
const STANDING = { "6 metrics": 6 * 0.3, "alarms on 6 metrics": 6 * 0.1, "the secret": 0.4 };

const warmMs = Math.ceil(WARM_CPU_MS / CPUS + UPSTREAM_MS);
const coldMs = Math.ceil(COLD_CPU_MS / CPUS + UPSTREAM_MS);
const meanMs = warmMs + (coldMs - warmMs) / REQUESTS_PER_COLD_START;
const secretReads = 1 / REQUESTS_PER_COLD_START + meanMs / 1_000 / SECRET_READ_SECONDS;
const standing = sum(STANDING);

const million = costOf(1);
print(["for a million tokens", "dollars"], [...Object.entries(million), ["**sum**", sum(million)]].map(inCents));
print(["per month, without any request", "dollars"], [...Object.entries(STANDING), ["**sum**", standing]].map(inCents));
print(
  ["requests per second, all month", "busy instances", "secret reads per second", "dollars per month"],
  [1, 100, 10_000].map((rate) => {
    const dollars = sum(costOf((rate * 30 * 86_400) / 1e6)) + standing;
    return [
      rate.toLocaleString("en"),
      ...[Math.ceil((rate * meanMs) / 1_000), rate * secretReads, dollars].map(rounded),
    ];
  }),
);

function costOf(millions) {
  return {
    [`Lambda, duration: ${Math.round(meanMs)} ms with ${MEMORY_MB} MB`]:
      millions * meanMs * 1e3 * (MEMORY_MB / 1_024) * GB_SECOND,
    "API Gateway, HTTP API": tiered(millions, MILLION_API_REQUESTS),
    [`CloudWatch, logs: ${rounded(LOG_BYTES / 1_000)} kB each`]: tiered((millions * 1e6 * LOG_BYTES) / 1e9, GB_OF_LOGS),
    "Lambda, requests": millions * MILLION_INVOCATIONS,
    "Secrets Manager, reads of the key": millions * 1e6 * secretReads * SECRET_READ,
  };
}

/** Each part of the amount at the price of its own tier. */
function tiered(amount, tiers) {
  return tiers.reduce((total, [upTo, price], i) => {
    const from = tiers[i - 1]?.[0] ?? 0;
    return total + Math.max(0, Math.min(amount, upTo) - from) * price;
  }, 0);
}

function sum(parts) {
  return Object.values(parts).reduce((total, part) => total + part, 0);
}

function inCents([what, dollars]) {
  return [what, dollars.toFixed(2)];
}

/** Two significant digits, because nothing here is known better. */
function rounded(amount) {
  return Number(amount.toPrecision(2)).toLocaleString("en", { maximumFractionDigits: 3 });
}

function print(head, rows) {
  console.log(`${[head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`);
}
