/** The metrics that alarms and dashboard read: the function's own and API Gateway's. */
import type { IHttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { type IMetric, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { METRICS } from "../../lambda/contract.ts";

/** One of the function's embedded metrics. */
export function functionMetric(handler: IFunction, metricName: string, statistic: string = Stats.SUM): Metric {
  return new Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { service: METRICS.service, [METRICS.functionDimension]: handler.functionName },
    statistic,
  });
}

/** One of API Gateway's metrics of an HTTP API. */
export function apiMetric(httpApi: IHttpApi, metricName: string, statistic: string = Stats.SUM): IMetric {
  return httpApi.metric(metricName, { statistic });
}
