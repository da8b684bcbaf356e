/** Construct: the alarms that notify an operator. */
import { Duration } from "aws-cdk-lib";
import type { IHttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { METRICS } from "../lambda/contract.ts";

/** What `Monitoring` watches and notifies. */
export interface MonitoringProps {
  /** The API whose 5xx responses are counted. */
  readonly httpApi: IHttpApi;

  /** The function whose crashes and throttles are counted. */
  readonly handler: IFunction;

  /**
   * Topic that the alarms notify. Its policy must let CloudWatch publish to it.
   *
   * @default - no notification; the console shows the alarms
   */
  readonly alarmTopic?: ITopic;
}

/** Alarms on the function's own metrics and on AWS's. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { httpApi, handler, alarmTopic }: MonitoringProps) {
    super(scope, id);

    const alarms = [
      this.alarm("OperatorActionNeeded", {
        metric: functionMetric(handler, METRICS.operatorActionNeeded),
        threshold: 1,
        description: "Operator action required: check the API key, the settings and the access to the secret.",
      }),
      this.alarm("ServiceErrors", {
        metric: serviceErrorPercentage(handler),
        threshold: 5,
        periods: 2,
        description: "At least 5 % of the requests failed for 10 minutes or, if there were few requests, all of them.",
      }),
      this.alarm("FunctionErrors", {
        metric: handler.metricErrors(),
        threshold: 1,
        description: "The function crashed or ran out of time instead of answering.",
      }),
      this.alarm("FunctionThrottles", {
        metric: handler.metricThrottles(),
        threshold: 1,
        description: "Lambda throttled the function: the account has no concurrency left.",
      }),
      this.alarm("ApiServerErrors", {
        metric: httpApi.metricServerError(),
        threshold: 10,
        periods: 2,
        description:
          "Callers got at least 10 5xx responses in 5 minutes, twice in a row. Without ServiceErrors, API Gateway cannot invoke the function.",
      }),
    ];
    if (alarmTopic) for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(alarmTopic));
  }

  private alarm(id: string, { metric, threshold, periods = 1, description }: AlarmOptions): Alarm {
    return new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: periods,
      alarmDescription: description,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

interface AlarmOptions {
  metric: IMetric;
  threshold: number;
  /** Number of consecutive periods of 5 minutes. */
  periods?: number;
  description: string;
}

/** One of the function's embedded metrics, per 5 minutes. */
function functionMetric(handler: IFunction, metricName: string, statistic: string = Stats.SUM): Metric {
  return new Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { service: METRICS.service, [METRICS.functionDimension]: handler.functionName },
    statistic,
    period: Duration.minutes(5),
  });
}

/** Percentage of failed requests. Below 20 requests, one failure says little: 100 if all of 3 or more failed, else 0. */
function serviceErrorPercentage(handler: IFunction): MathExpression {
  return new MathExpression({
    label: "Failed requests (%)",
    expression: "IF(requests >= 20, 100 * failed / requests, IF(failed >= 3 AND failed == requests, 100, 0))",
    usingMetrics: {
      failed: functionMetric(handler, METRICS.serviceError),
      requests: functionMetric(handler, METRICS.duration, Stats.SAMPLE_COUNT), // one sample per request
    },
    period: Duration.minutes(5),
  });
}
