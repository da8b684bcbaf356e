import { describe, expect, test } from "@jest/globals";
import { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { METRICS } from "../../lambda/contract.ts";
import { Monitoring } from "../../lib/monitoring.ts";
import { resourcesOf, testStack } from "../support/synth.ts";

const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:on-call";

function alarmsOf(topicArn?: string) {
  const stack = testStack();
  new Monitoring(stack, "Monitoring", {
    httpApi: HttpApi.fromHttpApiAttributes(stack, "Api", { httpApiId: "abc" }),
    handler: LambdaFunction.fromFunctionName(stack, "Handler", "token-function"),
    alarmTopic: topicArn ? Topic.fromTopicArn(stack, "Topic", topicArn) : undefined,
  });
  return resourcesOf(stack, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties);
}

/** The function is a dimension, so that deployments in one account do not trigger each other's alarms. */
const DIMENSIONS = [
  { Name: "FunctionName", Value: { "Fn::Select": expect.anything() } },
  { Name: "service", Value: METRICS.service },
];

describe("the alarms", () => {
  test("fire at once when an operator must act", () => {
    expect(alarmsOf()).toContainEqual(
      expect.objectContaining({
        Namespace: METRICS.namespace,
        MetricName: METRICS.operatorActionNeeded,
        Dimensions: DIMENSIONS,
        Statistic: "Sum",
        Threshold: 1,
        EvaluationPeriods: 1,
      }),
    );
  });

  test("watch the share of failed requests", () => {
    const alarm = alarmsOf().find(({ Metrics }) => Metrics);
    expect(alarm).toMatchObject({
      Threshold: 5,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      EvaluationPeriods: 2,
    });
    function metric(MetricName: string, Stat: string) {
      return expect.objectContaining({
        MetricStat: { Metric: { Namespace: METRICS.namespace, MetricName, Dimensions: DIMENSIONS }, Period: 300, Stat },
      });
    }
    expect(alarm.Metrics).toEqual([
      expect.objectContaining({ Expression: expect.stringMatching(/failed.*requests/) }),
      metric(METRICS.serviceError, "Sum"),
      metric(METRICS.duration, "SampleCount"),
    ]);
  });

  test.each([
    ["AWS/Lambda", "Errors", 1],
    ["AWS/Lambda", "Throttles", 1],
    ["AWS/ApiGateway", "5xx", 10],
  ])("watch %s %s from %i on", (Namespace, MetricName, Threshold) => {
    expect(alarmsOf()).toContainEqual(expect.objectContaining({ Namespace, MetricName, Threshold, Statistic: "Sum" }));
  });
});

describe("every alarm", () => {
  test("has a description and stays silent without data", () => {
    for (const alarm of alarmsOf()) {
      expect(alarm.AlarmDescription).toMatch(/\.$/);
      expect(alarm.TreatMissingData).toBe("notBreaching");
    }
  });

  test("notifies the topic if there is one", () => {
    for (const alarm of alarmsOf(TOPIC_ARN)) expect(alarm.AlarmActions).toEqual([TOPIC_ARN]);
    for (const alarm of alarmsOf()) expect(alarm.AlarmActions).toBeUndefined();
  });
});
