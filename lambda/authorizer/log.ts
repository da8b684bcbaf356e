/** Writes one line for each request that is not let through, with its metric in CloudWatch's embedded metric format. I/O: stdout. */
import { METRICS } from "../contract.ts";
import type { Refusal } from "./refusal.ts";

/** What is known about the request. */
export interface RefusedRequest {
  /** API Gateway's request id, which is also in its access log. */
  requestId: string | undefined;
  awsRequestId: string | undefined;
  functionName: string | undefined;
  durationMs: number;
  coldStart: boolean;
}

/** Prints the line. It never contains a token, a cookie or a claim. */
export function logRefusal(refusal: Refusal, request: RefusedRequest): void {
  const { functionName = "unknown", ...fields } = request;
  const { code, status, message } = refusal;
  const isFault = status === 500;
  const line = {
    level: isFault ? "ERROR" : "WARN",
    message: isFault ? "sign-in failed" : "sign-in refused",
    timestamp: new Date().toISOString(),
    service: METRICS.service,
    ...fields,
    code,
    reason: message,
    cause: causeOf(refusal.cause),
    status,
    [METRICS.functionDimension]: functionName,
    [METRICS.signInRefused]: isFault ? 0 : 1,
    [METRICS.signInFailed]: isFault ? 1 : 0,
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRICS.namespace,
          Dimensions: [
            ["service", METRICS.functionDimension],
            ["service", METRICS.functionDimension, "code"],
          ],
          Metrics: [
            { Name: METRICS.signInRefused, Unit: "Count" },
            { Name: METRICS.signInFailed, Unit: "Count" },
          ],
        },
      ],
    },
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The code or name of the underlying error. Its message may quote the token. */
function causeOf(cause: unknown): string | undefined {
  const { code, name } = Object(cause ?? {});
  return [code, name].find((word) => typeof word === "string" && /^\w{1,64}$/.test(word));
}
