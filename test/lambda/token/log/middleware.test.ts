import { describe, expect, test } from "@jest/globals";
import { METRICS } from "../../../../lambda/contract.ts";
import {
  InvalidRequestError,
  SecretAccessError,
  SecretUnavailableError,
  type TokenError,
  UpstreamAuthFailedError,
  UpstreamUnavailableError,
} from "../../../../lambda/token/errors.ts";
import { LineMetrics } from "../../../../lambda/token/log/line-output.ts";
import { observeRequests } from "../../../../lambda/token/log/middleware.ts";
import { tokenEvent } from "../../../support/events.ts";
import { captureOutput } from "../../../support/output.ts";

/** Runs the middleware around a request that ends with the error, or with a token. */
function reported({
  error,
  problem,
  event = tokenEvent({}),
}: {
  error?: TokenError;
  problem?: TokenError;
  event?: unknown;
} = {}) {
  const output = captureOutput();
  try {
    const middleware = observeRequests();
    const request = {
      event,
      context: { awsRequestId: "aws-1", functionName: "token-function" },
      error,
    } as never as Parameters<typeof middleware.before>[0];
    middleware.before(request);
    Object.assign(request.context.observation, {
      apiKey: { value: "k", ageMs: 0, problem },
      issued: error ? undefined : { authToken: "t", upstreamStatus: 200, attempts: 1 },
    });
    if (error) middleware.onError(request);
    else middleware.after(request);
    const [line, metrics] = output.lines().map((text) => JSON.parse(text));
    return { line, metrics };
  } finally {
    output.restore();
  }
}

describe("the log line", () => {
  test.each([
    [{}, "INFO", "token issued"],
    [{ problem: new SecretUnavailableError("down") }, "WARN", "token issued"],
    [{ problem: new SecretAccessError("denied") }, "ERROR", "token issued"],
    [{ error: new InvalidRequestError("bad") }, "WARN", "token refused"],
    [{ error: new UpstreamUnavailableError("down") }, "ERROR", "token failed"],
  ])("of %j has the level %s", (what, level, message) => {
    expect(reported(what).line).toMatchObject({ level, message, service: METRICS.service });
  });

  test("has no field but those of the list, whatever Lambda sets", () => {
    process.env._X_AMZN_TRACE_ID = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    const allowed = [
      "level",
      "message",
      "timestamp",
      "service",
      "outcome",
      "requestId",
      "code",
      "reason",
      "cause",
      "stack",
      "status",
      "upstreamStatus",
      "attempts",
      "durationMs",
      "apiKeyAgeSeconds",
      "apiKeyProblem",
      "coldStart",
      "subjectHash",
    ];
    const all = [
      {},
      { problem: new SecretAccessError("denied") },
      { error: new UpstreamAuthFailedError("no", { upstreamStatus: 401, cause: new TypeError() }) },
    ];
    for (const what of all) expect(allowed).toEqual(expect.arrayContaining(Object.keys(reported(what).line)));
    delete process.env._X_AMZN_TRACE_ID;
  });

  test.each<[unknown, string]>([
    [tokenEvent({}, { requestId: "JKJaXmPLvHcESHA=" }), "JKJaXmPLvHcESHA="],
    [{ requestContext: { requestId: "two\nlines" } }, "aws-1"],
    [{ requestContext: { requestId: "x".repeat(129) } }, "aws-1"],
    [{ requestContext: { requestId: 7 } }, "aws-1"],
    [{ requestContext: null }, "aws-1"],
    [null, "aws-1"],
  ])("has API Gateway's request id, or else Lambda's (%j)", (event, requestId) => {
    expect(reported({ event }).line.requestId).toBe(requestId);
  });
});

describe("the metrics", () => {
  test("of a request are its own: nothing of the one before is left", () => {
    const output = captureOutput();
    try {
      const metrics = new LineMetrics({ namespace: METRICS.namespace, serviceName: METRICS.service });
      for (const name of ["first", "second"]) {
        metrics.addDimension(name, "x").addMetric(`${name}Count`, "Count", 1).publishStoredMetrics();
      }
      const [, second] = output.lines().map((text) => JSON.parse(text));
      expect(Object.keys(second)).toEqual(["_aws", "service", "second", "secondCount"]);
      expect(second._aws.CloudWatchMetrics[0].Dimensions).toEqual([["service", "second"]]);
    } finally {
      output.restore();
    }
  });

  test("are not printed where they are switched off, as by npm start", () => {
    process.env.POWERTOOLS_METRICS_DISABLED = "true";
    const { line, metrics } = reported();
    delete process.env.POWERTOOLS_METRICS_DISABLED;
    expect(line.outcome).toBe("issued");
    expect(metrics).toBeUndefined();
  });

  test("are one record in CloudWatch's embedded format, by service and function", () => {
    const { metrics } = reported();
    const [{ Namespace, Dimensions, Metrics }] = metrics._aws.CloudWatchMetrics;
    expect({ Namespace, Dimensions }).toEqual({
      Namespace: METRICS.namespace,
      Dimensions: [["service", "FunctionName"]],
    });
    const names = [
      METRICS.tokenIssued,
      METRICS.callerError,
      METRICS.serviceError,
      METRICS.operatorActionNeeded,
      METRICS.upstreamAttempts,
      METRICS.duration,
    ];
    expect(Metrics.map(({ Name }: { Name: string }) => Name)).toEqual(names);
    expect(metrics).toMatchObject({
      service: METRICS.service,
      FunctionName: "token-function",
      TokenIssued: 1,
      CallerError: 0,
      ServiceError: 0,
      OperatorActionNeeded: 0,
      UpstreamAttempts: 1,
    });
  });

  test.each([
    [{ error: new InvalidRequestError("bad") }, { CallerError: 1, ServiceError: 0, OperatorActionNeeded: 0 }],
    [{ error: new UpstreamUnavailableError("down") }, { CallerError: 0, ServiceError: 1, OperatorActionNeeded: 0 }],
    [{ error: new UpstreamAuthFailedError("no") }, { ServiceError: 1, OperatorActionNeeded: 1 }],
    [{ problem: new SecretAccessError("denied") }, { TokenIssued: 1, OperatorActionNeeded: 1 }],
    [{ problem: new SecretUnavailableError("down") }, { TokenIssued: 1, OperatorActionNeeded: 0 }],
  ])("of %j count %j", (what, counted) => {
    expect(reported(what).metrics).toMatchObject(counted);
  });
});
