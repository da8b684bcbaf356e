import { expect, test } from "@jest/globals";
import {
  InvalidRequestError,
  SecretAccessError,
  SecretUnavailableError,
  type TokenError,
  UpstreamAuthFailedError,
} from "../../../../lambda/token/errors.ts";
import { observeRequests } from "../../../../lambda/token/log/middleware.ts";
import { tokenEvent } from "../../../support/events.ts";
import { captureOutput } from "../../../support/output.ts";

/** Runs the middleware around a request that ends with this error, or with a token; returns what it printed. */
function printed(
  request: { error?: TokenError; problem?: TokenError; event?: unknown; context?: object; tenantId?: string } = {},
) {
  const { error, problem, event = tokenEvent({}), context, tenantId } = request;
  const output = captureOutput();
  try {
    const middleware = observeRequests();
    const observed = {
      event,
      context: { awsRequestId: "aws-1", functionName: "token-function", ...context },
      error,
    } as never as Parameters<typeof middleware.before>[0];
    middleware.before(observed);
    observed.context.observation.apiKey = { value: "k", ageMs: 0, problem };
    const granted = { privileges: { externalTenantId: tenantId }, log: { rules: [] } };
    observed.context.observation.caller = { subject: "s", mindsetUser: { externalId: "s" }, name: undefined, granted };
    if (error) middleware.onError(observed);
    else middleware.after(observed);
    return output.lines().map((text) => JSON.parse(text));
  } finally {
    output.restore();
  }
}

test("prints the log line, and then the metrics of the same request", () => {
  const [line, metrics, ...more] = printed({ error: new InvalidRequestError("bad") });
  expect(line).toMatchObject({ level: "WARN", code: "INVALID_REQUEST", awsRequestId: "aws-1" });
  expect(metrics).toMatchObject({ FunctionName: "token-function", CallerError: 1, Duration: line.durationMs });
  expect(metrics._aws.Timestamp).toBe(Date.parse(line.timestamp));
  expect(more).toEqual([]);
});

test("prints no metrics outside Lambda, where the context has no function name", () => {
  expect(printed({ context: { functionName: "" } })).toEqual([expect.objectContaining({ outcome: "issued" })]);
});

test.each<[string, object, 0 | 1]>([
  ["Mindset rejects the key", { error: new UpstreamAuthFailedError("no") }, 1],
  ["a token was issued while access to the secret is denied", { problem: new SecretAccessError("denied") }, 1],
  ["a token was issued while Secrets Manager is down", { problem: new SecretUnavailableError("down") }, 0],
  ["the caller sent a bad request", { error: new InvalidRequestError("bad") }, 0],
  ["a token was issued", {}, 0],
])("when %s, OperatorActionNeeded is as expected", (_, request, OperatorActionNeeded) => {
  expect(printed(request)[1]).toMatchObject({ OperatorActionNeeded });
});

test("counts the tokens of tenants' administrators", () => {
  expect(printed({ tenantId: "acme" })[1]).toHaveProperty("TenantAdminGranted", 1);
  expect(printed()[1]).not.toHaveProperty("TenantAdminGranted");
  expect(printed({ tenantId: "acme", error: new InvalidRequestError("bad") })[1]).not.toHaveProperty(
    "TenantAdminGranted",
  );
});

test("the request id is unknown without both", () => {
  expect(printed({ event: null, context: { awsRequestId: undefined } })[0].requestId).toBe("unknown");
});

test.each<[unknown, string]>([
  [tokenEvent({}, { requestId: "JKJaXmPLvHcESHA=" }), "JKJaXmPLvHcESHA="],
  [{ requestContext: { requestId: "two\nlines" } }, "aws-1"],
  [{ requestContext: { requestId: "x".repeat(129) } }, "aws-1"],
  [{ requestContext: { requestId: 7 } }, "aws-1"],
  [{ requestContext: null }, "aws-1"],
  [null, "aws-1"],
])("the request id is API Gateway's, or else Lambda's (%j)", (event, requestId) => {
  expect(printed({ event })[0].requestId).toBe(requestId);
});
