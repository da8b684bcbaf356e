import { expect, test } from "@jest/globals";
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
} from "../../bench/cost.ts";
import { tokenEvent } from "../support/events.ts";
import { observe, startSurroundings } from "../support/function.ts";
import { exampleStack, resourceOf, resourcesOf } from "../support/synth.ts";

const basis: CostBasis = { coldCpuMs: 100, warmCpuMs: 1, upstreamMs: 200, requestsPerColdStart: 100 };

test("a request is billed for its CPU, stretched by the part of one that 512 MB get, and for Mindset's time", () => {
  expect(billedMs(basis)).toBe(204);
  expect(billedColdMs(basis)).toBe(546);
  expect(meanMs(basis)).toBeCloseTo(207.42);
});

test("a million tokens cost what their parts cost", () => {
  const { total, ...parts } = costOf(1, basis);
  expect(parts).toEqual({
    lambdaTime: expect.closeTo(207.42e3 * 0.5 * 0.0000133334, 6),
    httpApi: 1,
    logs: expect.closeTo(1.66 * 0.5),
    lambdaRequests: 0.2,
    // 10,000 cold starts, and 207,420 s of busy instances
    secretReads: expect.closeTo((10_000 + 691.4) * 0.000005, 6),
  });
  expect(total).toBeCloseTo(1.3828 + 1 + 0.83 + 0.2 + 0.0535, 3);
});

test("each part of a large amount has the price of its own tier", () => {
  const { httpApi, logs } = costOf(25_920, basis);
  expect(httpApi).toBeCloseTo(300 + 25_620 * 0.9);
  // 43,027 GB
  expect(logs).toBeCloseTo(10_000 * 0.5 + 20_000 * 0.25 + 13_027.2 * 0.1);
});

test("a rate needs as many instances as there are requests in flight, cold starts included", () => {
  expect(capacityAt(1, basis)).toMatchObject({ instances: 1, secretReadsPerSecond: expect.closeTo(0.0107, 4) });
  expect(capacityAt(10_000, basis)).toMatchObject({ instances: 2_075, secretReadsPerSecond: expect.closeTo(106.9, 1) });
  expect(rateOf(1_000, 200)).toBe(5_000);
});

test("a month costs what its tokens cost, and what the deployment costs without any", () => {
  expect(standingCost().total).toBeCloseTo(1.8 + 0.6 + 0.4);
  expect(capacityAt(1, basis).dollarsAMonth).toBeCloseTo(costOf(2.592, basis).total + 2.8);
});

test("so many instances read the secret in their turn, and the new ones at their start", () => {
  expect(secretReadsOf(3_000)).toBe(10 + 100);
});

test("the function logs as many bytes as are counted, in metrics of the number that is counted", async () => {
  const surroundings = await startSurroundings();
  try {
    const invoke = await surroundings.coldStart();
    const context = {
      awsRequestId: "8fc6f963-411b-58b5-8483-a32130c0f45d",
      functionName: "MindsetTokenEndpoint-TokenFunction0A1B2C3D-aBcDeFgHiJkL",
      getRemainingTimeInMillis: () => 15_000,
    };
    const { lines, metrics } = await observe(invoke, tokenEvent({ sub: "u-42" }), context);
    expect([lines.length, metrics.length]).toEqual([1, 1]);
    expectAbout(LOG_BYTES.line, bytesOf(lines[0]));
    expectAbout(LOG_BYTES.metrics, bytesOf(metrics[0]));

    const [{ Dimensions, Metrics }, ...others] = metrics[0]._aws.CloudWatchMetrics;
    expect(others).toEqual([]);
    expect(Dimensions.length * Metrics.length).toBe(STANDING.customMetrics);
  } finally {
    await surroundings.close();
  }
});

test("the stack has the memory, the throttle, the alarms, the secret and the access log that are counted", () => {
  const stack = exampleStack();
  const [memory] = resourcesOf(stack, "AWS::Lambda::Function").map(({ Properties }) => Properties.MemorySize);
  expect(memory).toBe(MEMORY_MB);
  const watched = resourcesOf(stack, "AWS::CloudWatch::Alarm").flatMap(({ Properties: { Metrics, MetricName } }) =>
    Metrics ? Metrics.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat) : MetricName,
  );
  expect(watched).toHaveLength(STANDING.alarmMetrics);
  expect(resourcesOf(stack, "AWS::SecretsManager::Secret")).toHaveLength(STANDING.secrets);

  const { AccessLogSettings, DefaultRouteSettings } = resourceOf(stack, "AWS::ApiGatewayV2::Stage").Properties;
  expect(DefaultRouteSettings.ThrottlingRateLimit).toBe(DEFAULT_THROTTLE);
  const values = {
    requestId: "JKJaXmPLvHcESHA=",
    requestTime: "22/Nov/2026:12:00:00 +0000",
    routeKey: "POST /api/getusertoken",
    status: "200",
    responseLatency: "215",
    integrationLatency: "212",
    integrationErrorMessage: "-",
  };
  const line = Object.entries(values).reduce(
    (format, [name, value]) => format.replace(new RegExp(`\\$context\\.${name}(?!\\w)`), value),
    AccessLogSettings.Format as string,
  );
  expect(line).not.toContain("$context");
  expectAbout(LOG_BYTES.access, Buffer.byteLength(line));
});

function bytesOf(record: object): number {
  return Buffer.byteLength(JSON.stringify(record));
}

/** Within a tenth: more is not claimed. */
function expectAbout(counted: number, measured: number): void {
  expect(Math.abs(measured / counted - 1)).toBeLessThan(0.1);
}
