/** Construct: the alarms that tell an operator to look. */
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

/** What `Monitoring` watches, and whom it tells. */
export interface MonitoringProps {
  /** The API whose 5xx are counted. */
  readonly httpApi: IHttpApi;

  /** The function whose crashes and throttles are counted. */
  readonly handler: IFunction;

  /**
   * Where alarms go. The topic's policy must let CloudWatch publish to it.
   *
   * @default - nobody is told; the alarms are seen in the console only
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
        description: "Nothing mends itself: the API key, the settings or the access to the secret need an operator.",
      }),
      this.alarm("ServiceErrors", {
        metric: serviceErrorPercentage(handler),
        threshold: 5,
        periods: 2,
        description: "For 10 minutes at least 5 % of the requests failed or, where they are few, all of them.",
      }),
      this.alarm("FunctionErrors", {
        metric: handler.metricErrors(),
        threshold: 1,
        description: "The function crashed or ran out of time instead of answering.",
      }),
      this.alarm("FunctionThrottles", {
        metric: handler.metricThrottles(),
        threshold: 1,
        description: "Lambda refused to run the function: the account's concurrency is used up.",
      }),
      this.alarm("ApiServerErrors", {
        metric: httpApi.metricServerError(),
        threshold: 10,
        periods: 2,
        description:
          "Callers got 10 or more 5xx in each 5 of 10 minutes. Without ServiceErrors, API Gateway cannot run the function.",
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
  /** How many periods of 5 minutes in a row. */
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

/** Of all requests, in per cent. Below 20 requests one failure says little: there it is 100 when all of 3 or more failed, else 0. */
function serviceErrorPercentage(handler: IFunction): MathExpression {
  return new MathExpression({
    label: "Requests that failed (%)",
    expression: "IF(requests >= 20, 100 * failed / requests, IF(failed >= 3 AND failed == requests, 100, 0))",
    usingMetrics: {
      failed: functionMetric(handler, METRICS.serviceError),
      requests: functionMetric(handler, METRICS.duration, Stats.SAMPLE_COUNT), // every request has one
    },
    period: Duration.minutes(5),
  });
}
