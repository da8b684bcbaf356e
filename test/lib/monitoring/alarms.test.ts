import { describe, expect, test } from "@jest/globals";
import { Template } from "aws-cdk-lib/assertions";
import { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { METRICS } from "../../../lambda/contract.ts";
import {
  ApiKeyNotSetError,
  IdentityUnmappableError,
  InvalidRequestError,
  type TokenError,
  UpstreamAuthFailedError,
  UpstreamNotFoundError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
} from "../../../lambda/token/errors.ts";
import { toLogLine } from "../../../lambda/token/log/line.ts";
import { toMetricsRecord } from "../../../lambda/token/log/metrics.ts";
import { Alarms } from "../../../lib/monitoring/alarms.ts";
import { type AlarmProperties, evaluateAlarm, type Minute } from "../../support/stack/cloudwatch.ts";
import { resourcesOf, testStack } from "../../support/stack/synth.ts";

const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:on-call";

function alarmsOf(topicArn?: string) {
  const stack = testStack();
  new Alarms(stack, "Monitoring", {
    httpApi: HttpApi.fromHttpApiAttributes(stack, "Api", { httpApiId: "abc" }),
    handler: LambdaFunction.fromFunctionName(stack, "Handler", "token-function"),
    alarmTopic: topicArn ? Topic.fromTopicArn(stack, "Topic", topicArn) : undefined,
  });
  return resourcesOf(stack, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties);
}

/** The alarms by construct id. */
function alarmsById(): Record<string, AlarmProperties> {
  const stack = testStack();
  const ids = [
    "OperatorActionNeeded",
    "ServiceErrors",
    "ApiServerErrors",
    "EverybodyRefused",
    "FunctionErrors",
    "FunctionThrottles",
  ];
  const resources = resourcesWithIds(stack);
  return Object.fromEntries(ids.map((id) => [id, resources(id)]));

  function resourcesWithIds(scope: typeof stack) {
    new Alarms(scope, "Monitoring", {
      httpApi: HttpApi.fromHttpApiAttributes(scope, "Api", { httpApiId: "abc" }),
      handler: LambdaFunction.fromFunctionName(scope, "Handler", "token-function"),
    });
    const { Resources } = Template.fromStack(scope).toJSON();
    return (id: string) =>
      Object.entries<{ Properties: AlarmProperties }>(Resources).find(([name]) => name.includes(id))?.[1]
        .Properties as AlarmProperties;
  }
}

/** The function is a dimension, so that deployments in one account do not trigger each other's alarms. */
const DIMENSIONS = [
  { Name: "FunctionName", Value: { "Fn::Select": expect.anything() } },
  { Name: "service", Value: METRICS.service },
];

/** What happens to one request. An error is one that the function answers with. */
type Outcome = "issued" | TokenError | "gateway 401" | "gateway 429" | "authorizer failed" | "crash" | "throttled";

/** The metrics that a request leaves, in the function's own format and as API Gateway and Lambda count. */
function metricsOf(outcome: Outcome): Record<string, number> {
  if (typeof outcome === "string" && outcome !== "issued") return fromAws(outcome);
  const error = outcome === "issued" ? undefined : outcome;
  const line = toLogLine({ requestId: "r", coldStart: false, startedAtMs: 0 } as never, error, {
    monotonicMs: 1,
    date: new Date(0),
  });
  const operatorActionNeeded = error?.operatorActionNeeded ?? false;
  const record = toMetricsRecord({ line, operatorActionNeeded, functionName: "f", timestampMs: 0 });
  const own = Object.values(METRICS)
    .filter((name) => typeof Object(record)[name] === "number")
    .map((name) => [`${METRICS.namespace}/${name}`, Object(record)[name]]);
  return {
    ...Object.fromEntries(own),
    ...apiCounts(line.status),
    "AWS/Lambda/Errors": 0,
    "AWS/Lambda/Throttles": 0,
  };
}

function fromAws(outcome: string): Record<string, number> {
  if (outcome === "gateway 401") return apiCounts(401);
  if (outcome === "gateway 429") return apiCounts(429);
  if (outcome === "authorizer failed") return apiCounts(500);
  if (outcome === "crash") return { ...apiCounts(500), "AWS/Lambda/Errors": 1 };
  return { ...apiCounts(503), "AWS/Lambda/Throttles": 1 };
}

function apiCounts(status: number): Record<string, number> {
  return {
    "AWS/ApiGateway/Count": 1,
    "AWS/ApiGateway/4xx": Number(status >= 400 && status < 500),
    "AWS/ApiGateway/5xx": Number(status >= 500),
  };
}

/** Adds up what happens in each minute. */
function toMinutes(history: Outcome[][]): Minute[] {
  const known = new Map<Outcome, Record<string, number>>();
  return history.map((outcomes) => {
    const minute: Minute = {};
    for (const outcome of outcomes) {
      const metrics = known.get(outcome) ?? metricsOf(outcome);
      known.set(outcome, metrics);
      for (const [name, value] of Object.entries(metrics)) {
        const { sum, count } = minute[name] ?? { sum: 0, count: 0 };
        minute[name] = { sum: sum + value, count: count + 1 };
      }
    }
    return minute;
  });
}

const many = (count: number, outcome: Outcome): Outcome[] => Array(count).fill(outcome);
const minutes = (count: number, outcomes: Outcome[] = []): Outcome[][] => Array(count).fill(outcomes);
const every = (distance: number, count: number, outcomes: Outcome[]): Outcome[][] =>
  Array.from({ length: count }, (_, minute) => (minute % distance === 0 ? outcomes : []));

const unavailable = new UpstreamUnavailableError("503", { upstreamStatus: 503 });
const timeout = new UpstreamTimeoutError("late");
const notFound = new UpstreamNotFoundError("404", { upstreamStatus: 404 });
const badRequest = new InvalidRequestError("body");
const wrongClaim = new IdentityUnmappableError("no claim");
const keyRejected = new UpstreamAuthFailedError("401", { upstreamStatus: 401 });
const notSet = new ApiKeyNotSetError("placeholder");

/** 26 histories: the requests of each minute, and exactly the alarms that they must set off within 15 minutes. */
const HISTORIES: [string, Outcome[][], string[]][] = [
  ["nothing happens", minutes(60), []],
  ["100 tokens a minute", minutes(60, many(100, "issued")), []],
  ["one token in 30 minutes", every(30, 60, ["issued"]), []],
  ["two requests in 5 minutes, both 503", [[unavailable], [], [], [unavailable], ...minutes(20)], ["ServiceErrors"]],
  ["nine 503 and one 400 of a caller", [[...many(9, unavailable), badRequest], ...minutes(20)], ["ServiceErrors"]],
  ["one single failure", [[timeout], ...minutes(20)], []],
  ["one failure of 10 requests", [[...many(9, "issued"), timeout], ...minutes(20)], []],
  ["0.23 % of 100 requests a second fail", minutes(15, [...many(5986, "issued"), ...many(14, timeout)]), []],
  ["3 % fail", minutes(30, [...many(97, "issued"), ...many(3, unavailable)]), []],
  ["6 % fail", minutes(30, [...many(94, "issued"), ...many(6, unavailable)]), ["ServiceErrors"]],
  ["Mindset is down", minutes(30, many(50, unavailable)), ["ServiceErrors"]],
  ["Mindset is down, one request in 4 minutes", every(4, 60, [unavailable]), ["ServiceErrors"]],
  [
    "Mindset is down for 20 s",
    [
      ...minutes(10, many(30, "issued")),
      [...many(20, "issued"), ...many(10, timeout)],
      ...minutes(10, many(30, "issued")),
    ],
    [],
  ],
  ["one upstream 404 in 100 pages", minutes(30, [...many(99, "issued"), notFound]), []],
  ["every upstream call is 404", minutes(30, many(10, notFound)), ["OperatorActionNeeded", "ServiceErrors"]],
  ["the key is rejected", minutes(30, many(10, keyRejected)), ["OperatorActionNeeded", "ServiceErrors"]],
  ["the key is not set, two requests", [[notSet, notSet], ...minutes(20)], ["OperatorActionNeeded", "ServiceErrors"]],
  ["the wrong claim: everybody is refused", minutes(10, many(10, wrongClaim)), ["EverybodyRefused"]],
  ["the wrong issuer or scope: everybody is refused", minutes(10, many(10, "gateway 401")), ["EverybodyRefused"]],
  [
    "the throttle is used up by requests that are not served",
    minutes(10, many(10, "gateway 429")),
    ["EverybodyRefused"],
  ],
  ["19 expired sign-ins in the night", [many(19, "gateway 401"), ...minutes(20)], []],
  ["many are refused while others are served", minutes(10, [...many(50, "gateway 401"), "issued"]), []],
  ["the authorizer fails", minutes(10, many(10, "authorizer failed")), ["ApiServerErrors"]],
  ["the function crashes once", [["crash", ...many(99, "issued")], ...minutes(20)], ["FunctionErrors"]],
  ["no concurrency is left", minutes(10, many(10, "throttled")), ["ApiServerErrors", "FunctionThrottles"]],
];

describe("the alarms that go off", () => {
  const alarms = Object.entries(alarmsById());

  test.each(HISTORIES)("when %s", (_, history, expected) => {
    const metrics = toMinutes(history.slice(0, 15));
    const on = alarms.filter(([, alarm]) => evaluateAlarm(alarm, metrics).includes(true));
    expect(on.map(([id]) => id).sort()).toEqual(expected);
  });

  test.each(HISTORIES)("do not flap when %s", (_, history) => {
    const metrics = toMinutes(history);
    for (const [, alarm] of alarms) {
      const states = evaluateAlarm(alarm, metrics);
      expect(states.filter((state, minute) => state && !states[minute - 1]).length).toBeLessThanOrEqual(1);
    }
  });
});

test("the deployment's own metrics are distinguished from other deployments' by the function's name", () => {
  const metrics = alarmsOf().flatMap(({ Metrics = [] }) => Metrics);
  const own = metrics.filter((metric) => metric.MetricStat?.Metric.Namespace === METRICS.namespace);
  expect(own.length).toBeGreaterThan(0);
  for (const { MetricStat } of own) expect(MetricStat.Metric.Dimensions).toEqual(DIMENSIONS);
});

describe("every alarm", () => {
  test("names the first thing to do, and stays silent without data", () => {
    for (const alarm of alarmsOf()) {
      expect(alarm.AlarmDescription).toMatch(/First (run|look)/);
      expect(alarm.TreatMissingData).toBe("notBreaching");
    }
  });

  test("notifies the topic, if there is one, when it starts and when it ends", () => {
    const actions = { AlarmActions: [TOPIC_ARN], OKActions: [TOPIC_ARN] };
    for (const alarm of alarmsOf(TOPIC_ARN)) expect(alarm).toMatchObject(actions);
    for (const alarm of alarmsOf()) expect(alarm.AlarmActions).toBeUndefined();
  });
});
