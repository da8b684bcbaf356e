/** Edge (stdout): the one log line and the metrics of a request, in CloudWatch's embedded metric format. */
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Request } from "@middy/core";
import type { Context } from "aws-lambda";
import { METRICS } from "../../contract.ts";
import type { TokenError } from "../errors.ts";
import { monotonicMs } from "../monotonic-clock.ts";
import { type LogLine, type Observation, toLogLine } from "./line.ts";
import { LineLogger, LineMetrics } from "./line-output.ts";

/** The Lambda context, with the request's observation beside AWS's own fields. */
export type TokenContext = Context & { observation: Observation };

type ObservedRequest = Request<unknown, unknown, unknown, TokenContext>;

/** Middy adapter: begins an observation before the handler, and reports it when the answer stands. */
export function observeRequests() {
  const logger = new LineLogger(METRICS.service);
  const metrics = new LineMetrics({ namespace: METRICS.namespace, serviceName: METRICS.service });
  let coldStart = true;

  function report({ context: { observation, functionName } }: ObservedRequest, error?: TokenError): void {
    const line = toLogLine(observation, error, monotonicMs());
    const problem = error ?? observation.apiKey?.problem;
    logger[levelOf(line, problem)](`token ${line.outcome}`, { ...line });
    metrics.addDimension(METRICS.functionDimension, functionName || "unknown");
    publish(metrics, line, problem);
  }

  return {
    before: ({ event, context }: ObservedRequest): void => {
      context.observation = { requestId: requestIdOf(event, context), coldStart, startedAtMs: monotonicMs() };
      coldStart = false;
    },
    after: (request: ObservedRequest): void => report(request),
    onError: (request: ObservedRequest): void => report(request, request.error as TokenError),
  };
}

function levelOf({ outcome }: LogLine, problem: TokenError | undefined): "info" | "warn" | "error" {
  if (outcome === "failed" || problem?.operatorActionNeeded) return "error";
  return problem ? "warn" : "info";
}

function publish(metrics: Metrics, line: LogLine, problem: TokenError | undefined): void {
  function count(name: string, value: boolean | number) {
    return metrics.addMetric(name, MetricUnit.Count, Number(value));
  }
  count(METRICS.tokenIssued, line.outcome === "issued");
  count(METRICS.callerError, line.outcome === "refused");
  count(METRICS.serviceError, line.outcome === "failed");
  count(METRICS.operatorActionNeeded, problem?.operatorActionNeeded ?? false);
  count(METRICS.upstreamAttempts, line.attempts);
  metrics.addMetric(METRICS.duration, MetricUnit.Milliseconds, line.durationMs);
  metrics.publishStoredMetrics();
}

/** API Gateway's request id, which its access log and the caller have too; Lambda's where there is none. */
function requestIdOf(event: unknown, { awsRequestId }: Context): string {
  const { requestId } = (event as { requestContext?: { requestId?: unknown } } | null)?.requestContext ?? {};
  return typeof requestId === "string" && /^[\w=+/.-]{1,128}$/.test(requestId)
    ? requestId
    : (awsRequestId ?? "unknown");
}
