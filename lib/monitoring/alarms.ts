/** Construct: the alarms on the API and its function. */
import { Duration } from "aws-cdk-lib";
import type { IHttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { METRICS } from "../../lambda/contract.ts";
import { apiMetric, functionMetric } from "./metrics.ts";

/** What `Alarms` watches and notifies. */
export interface AlarmsProps {
  /** The API whose requests, 4xx and 5xx are counted. */
  readonly httpApi: IHttpApi;

  /** The token function. */
  readonly handler: IFunction;

  /**
   * The topic that alarms notify when they start and when they end. Its policy must let CloudWatch publish to it.
   *
   * @default - no notification; the console shows the alarms
   */
  readonly alarmTopic?: ITopic;
}

/**
 * Alarms on the function's own metrics and on AWS's.
 *
 * Shares are taken over 30 minutes, so that a steady fault with few requests does not switch an alarm on and off. A whole outage
 * sets off the alarm after 90 s. test/lib/monitoring/alarms.test.ts replays histories of requests against them.
 */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { httpApi, handler, alarmTopic }: AlarmsProps) {
    super(scope, id);

    const requests = functionMetric(handler, METRICS.duration, Stats.SAMPLE_COUNT); // one sample per request
    const failed = functionMetric(handler, METRICS.serviceError);
    const actionNeeded = functionMetric(handler, METRICS.operatorActionNeeded);
    const issued = functionMetric(handler, METRICS.tokenIssued);
    const apiRequests = apiMetric(httpApi, "Count", Stats.SAMPLE_COUNT);
    const apiFailed = apiMetric(httpApi, "5xx");
    const refused = apiMetric(httpApi, "4xx");

    const alarms = [
      this.alarm("OperatorActionNeeded", {
        metric: expression(
          "Requests that need an operator (%)",
          "IF(actionNeeded >= 2, 100 * actionNeeded / requests, 0)",
          {
            actionNeeded,
            requests,
          },
        ),
        threshold: 5,
        description:
          "The API key, a setting or the access to the secret must be corrected. First run: npm run doctor -- --stack STACK",
      }),
      this.alarm("ServiceErrors", {
        metric: expression("Failed requests (%)", failedShare("failed", "requests"), { failed, requests }),
        threshold: 5,
        description:
          "The function answers with 5xx: to 5 % of the requests or more or, of fewer than 20, to half of them. First look for `code` in the function's log (docs/operations.md).",
      }),
      this.alarm("ApiServerErrors", {
        metric: expression(
          "5xx that the function did not answer (%)",
          failedShare("(apiFailed - FILL(failed, 0))", "apiRequests"),
          { apiFailed, failed, apiRequests },
        ),
        threshold: 5,
        description:
          "API Gateway answers with 5xx without the function: it cannot invoke it, or the authorizer fails. First look at `authorizerError` and `integrationError` in the access log (docs/operations.md).",
      }),
      this.alarm("EverybodyRefused", {
        metric: expression(
          "Requests refused while none was served",
          "IF(FILL(issued, 0) > 0, 0, refused)",
          { issued, refused },
          Duration.minutes(5),
        ),
        threshold: 20,
        description:
          "Within 5 minutes 20 or more requests were refused (4xx), and no token was issued. First run: npm run doctor -- --url URL --token -",
        periods: 3,
      }),
      this.alarm("FunctionErrors", {
        metric: handler.metricErrors({ period: Duration.minutes(5) }),
        threshold: 1,
        description:
          "The function crashed or ran out of time instead of answering. First look for REPORT lines with `Status: error` in its log.",
        periods: 3,
      }),
      this.alarm("FunctionThrottles", {
        metric: handler.metricThrottles({ period: Duration.minutes(5) }),
        threshold: 1,
        description:
          "Lambda throttled the function: no concurrency is left. First run: aws lambda get-account-settings (docs/operations.md).",
        periods: 3,
      }),
    ];
    if (!alarmTopic) return;
    for (const alarm of alarms) {
      alarm.addAlarmAction(new SnsAction(alarmTopic));
      alarm.addOkAction(new SnsAction(alarmTopic));
    }
  }

  private alarm(id: string, { metric, threshold, periods = 1, description }: AlarmOptions): Alarm {
    return new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: 1,
      alarmDescription: description,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

interface AlarmOptions {
  metric: IMetric;
  threshold: number;
  description: string;
  /** The alarm is on while one of so many last periods breaches the threshold. @default 1 */
  periods?: number;
}

/** Percentage of failed requests; of fewer than 20 requests one failure says little, and half of them say enough. */
function failedShare(failed: string, all: string): string {
  return `IF(${all} >= 20, IF(${failed} >= 3, 100 * ${failed} / ${all}, 0), IF(${failed} >= 2 AND 2 * ${failed} >= ${all}, 100, 0))`;
}

function expression(
  label: string,
  text: string,
  usingMetrics: Record<string, IMetric>,
  period = Duration.minutes(30),
): MathExpression {
  return new MathExpression({ label, expression: text, usingMetrics, period });
}
