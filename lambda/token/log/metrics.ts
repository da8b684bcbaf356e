/** Pure: a log line -> the request's metrics, as a record in CloudWatch's embedded metric format. */
import { METRICS } from "../../contract.ts";
import type { LogLine } from "./line.ts";

/** Tells CloudWatch which members of a record are metrics, and by which dimensions; the same for every request. */
const DIRECTIVES = [
  {
    Namespace: METRICS.namespace,
    Dimensions: [["service", METRICS.functionDimension]],
    Metrics: [
      { Name: METRICS.tokenIssued, Unit: "Count" },
      { Name: METRICS.callerError, Unit: "Count" },
      { Name: METRICS.serviceError, Unit: "Count" },
      { Name: METRICS.operatorActionNeeded, Unit: "Count" },
      { Name: METRICS.upstreamAttempts, Unit: "Count" },
      { Name: METRICS.duration, Unit: "Milliseconds" },
    ],
  },
];

/** The same, and the metric of tenant administrators, which only exists where there are some. */
const TENANT_ADMIN_DIRECTIVES = DIRECTIVES.map((directive) => ({
  ...directive,
  Metrics: [...directive.Metrics, { Name: METRICS.tenantAdminGranted, Unit: "Count" }],
}));

/**
 * @param request.functionName the value of the second dimension, e.g. `"MindsetTokenEndpoint-Token"`.
 * @param request.timestampMs milliseconds since 1970.
 * @returns the record to print; its numbers have the names of the metrics.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function toMetricsRecord(request: {
  line: LogLine;
  operatorActionNeeded: boolean;
  tenantAdminGranted?: boolean;
  functionName: string;
  timestampMs: number;
}) {
  const { line, operatorActionNeeded, tenantAdminGranted, functionName, timestampMs } = request;
  return {
    _aws: { Timestamp: timestampMs, CloudWatchMetrics: tenantAdminGranted ? TENANT_ADMIN_DIRECTIVES : DIRECTIVES },
    service: METRICS.service,
    [METRICS.functionDimension]: functionName,
    [METRICS.tokenIssued]: Number(line.outcome === "issued"),
    [METRICS.callerError]: Number(line.outcome === "refused"),
    [METRICS.serviceError]: Number(line.outcome === "failed"),
    [METRICS.operatorActionNeeded]: Number(operatorActionNeeded),
    [METRICS.upstreamAttempts]: line.attempts,
    [METRICS.duration]: line.durationMs,
    [METRICS.tenantAdminGranted]: tenantAdminGranted ? 1 : undefined,
  };
}
