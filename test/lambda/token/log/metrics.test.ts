import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import type { LogLine } from "../../../../lambda/token/log/line.ts";
import { toMetricsRecord } from "../../../../lambda/token/log/metrics.ts";

const isEmbeddedMetricFormat = new Ajv().compile(
  JSON.parse(readFileSync(new URL("./embedded-metric-format.schema.json", import.meta.url), "utf8")),
);

function recordOf(outcome: LogLine["outcome"], operatorActionNeeded = false, tenantAdminGranted = false) {
  const line = { outcome, attempts: 2, durationMs: 43 } as LogLine;
  return toMetricsRecord({
    line,
    operatorActionNeeded,
    tenantAdminGranted,
    functionName: "token-function",
    timestampMs: 1_795_348_800_000,
  });
}

test("a record satisfies AWS's schema of the embedded metric format", () => {
  isEmbeddedMetricFormat(recordOf("issued"));
  expect(isEmbeddedMetricFormat.errors).toBeNull();
});

test.each([[false], [true]])(
  "every number is a metric, and every dimension text, when a tenant's administrator is %j",
  (admin) => {
    const record = recordOf("issued", false, admin) as Record<string, unknown> & ReturnType<typeof recordOf>;
    const numbers = Object.keys(record).filter((name) => typeof record[name] === "number");
    expect(numbers).toHaveLength(admin ? 7 : 6);
    expect(record._aws.CloudWatchMetrics).toHaveLength(1);
    for (const { Metrics, Dimensions } of record._aws.CloudWatchMetrics) {
      expect(Metrics).toEqual(numbers.map((Name) => ({ Name, Unit: Name === "Duration" ? "Milliseconds" : "Count" })));
      for (const name of Dimensions.flat()) expect(record).toHaveProperty(name, expect.any(String));
    }
  },
);

test("a record has the dimensions that the alarms watch", () => {
  expect(recordOf("issued")).toMatchObject({
    _aws: {
      Timestamp: 1_795_348_800_000,
      CloudWatchMetrics: [{ Namespace: "MindsetTokenEndpoint", Dimensions: [["service", "FunctionName"]] }],
    },
    service: "mindset-token-endpoint",
    FunctionName: "token-function",
    UpstreamAttempts: 2,
    Duration: 43,
  });
});

test.each([
  ["issued", { TokenIssued: 1, CallerError: 0, ServiceError: 0 }],
  ["refused", { TokenIssued: 0, CallerError: 1, ServiceError: 0 }],
  ["failed", { TokenIssued: 0, CallerError: 0, ServiceError: 1 }],
] as const)("a request that was %s counts %j", (outcome, counted) => {
  expect(recordOf(outcome)).toMatchObject({ ...counted, OperatorActionNeeded: 0 });
  expect(recordOf(outcome, true)).toMatchObject({ ...counted, OperatorActionNeeded: 1 });
});
