/** Construct: a CloudWatch dashboard of outcomes, latency and capacity. */
import type { IHttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Dashboard as CloudWatchDashboard, GraphWidget, type IMetric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { METRICS } from "../../lambda/contract.ts";
import { functionMetric } from "./metrics.ts";

/** What `Dashboard` shows. */
export interface DashboardProps {
  readonly httpApi: IHttpApi;
  readonly handler: IFunction;
  /** The authorizer function, if there is one. */
  readonly authorizerHandler?: IFunction;
}

export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { httpApi, handler, authorizerHandler }: DashboardProps) {
    super(scope, id);
    const functions = authorizerHandler ? [handler, authorizerHandler] : [handler];
    const outcomes = [METRICS.tokenIssued, METRICS.callerError, METRICS.serviceError, METRICS.operatorActionNeeded];
    const signIn = [METRICS.signInRefused, METRICS.signInFailed];

    new CloudWatchDashboard(this, "Dashboard").addWidgets(
      graph("Requests by outcome", [
        ...outcomes.map((name) => functionMetric(handler, name)),
        ...(authorizerHandler ? signIn.map((name) => functionMetric(authorizerHandler, name)) : []),
      ]),
      graph("Duration (ms)", [
        functionMetric(handler, METRICS.duration, Stats.p(50)),
        functionMetric(handler, METRICS.duration, Stats.p(99)),
        httpApi.metricLatency({ statistic: Stats.p(99) }),
      ]),
      graph("Responses of the API", [httpApi.metricCount(), httpApi.metricClientError(), httpApi.metricServerError()]),
      graph(
        "Functions",
        functions.flatMap((each) => [each.metricInvocations(), each.metricErrors(), each.metricThrottles()]),
      ),
    );
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 12 });
}
