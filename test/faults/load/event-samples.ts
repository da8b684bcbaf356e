/** Events that Lambda functions are invoked with: by our API Gateway, by other services, and arbitrary ones. */
import { readFileSync } from "node:fs";
import { tokenEvent } from "../../support/events.ts";

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../events/${name}.json`, import.meta.url), "utf8"));
}

/** Identities that no JWT authorizer has verified: no token may be asked for them. */
const MALLORY = { sub: "mallory", username: "mallory", "cognito:username": "mallory" };

const tenMegabytes = "x".repeat(10 * 1024 * 1024);
function nested(depth: number): unknown {
  return JSON.parse(`${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}`);
}

/** By the name of the sender. */
export const SAMPLES: Readonly<Record<string, unknown>> = {
  "API Gateway HTTP API, payload 2.0": read("signed-in"),
  "the same, POST with JSON": tokenEvent(
    { sub: "sentinel-2", name: "Ada" },
    { headers: { "content-type": "application/json" }, body: '{"name":"Ada"}' },
  ),
  "the same, GET with the caller's id": tokenEvent(
    { sub: "sentinel-3" },
    { method: "GET", currentUserId: "sentinel-3" },
  ),
  "the same, without an authorizer": read("no-authorizer"),
  "HTTP API with an IAM authorizer": {
    ...tokenEvent(),
    requestContext: {
      ...tokenEvent().requestContext,
      authorizer: { iam: { userId: "mallory", cognitoIdentity: { identityId: "mallory" } } },
    },
  },
  "HTTP API with a Lambda authorizer": {
    ...tokenEvent(),
    requestContext: { ...tokenEvent().requestContext, authorizer: { lambda: MALLORY } },
  },
  "API Gateway REST API, payload 1.0": {
    version: "1.0",
    resource: "/api/getusertoken",
    path: "/api/getusertoken",
    httpMethod: "POST",
    headers: { "content-type": "application/json", "x-user": "mallory" },
    multiValueHeaders: { "x-user": ["mallory"] },
    queryStringParameters: { userId: "mallory" },
    requestContext: { requestId: "v1", authorizer: { claims: MALLORY, principalId: "mallory", ...MALLORY } },
    body: '{"externalId":"mallory"}',
    isBase64Encoded: false,
  },
  "Application Load Balancer": {
    requestContext: { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/t/1" } },
    httpMethod: "POST",
    path: "/api/getusertoken",
    queryStringParameters: { userId: "mallory" },
    headers: { "x-amzn-oidc-identity": "mallory", "x-amzn-oidc-data": "mallory" },
    body: "",
    isBase64Encoded: true,
  },
  "Lambda function URL": {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/api/getusertoken",
    headers: { authorization: "Bearer mallory" },
    requestContext: { requestId: "url", authorizer: { iam: { userId: "mallory" } }, authentication: null },
    body: Buffer.from('{"externalId":"mallory"}').toString("base64"),
    isBase64Encoded: true,
  },
  SQS: {
    Records: [
      {
        messageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
        body: JSON.stringify({ requestContext: { authorizer: { jwt: { claims: MALLORY } } } }),
        attributes: { SenderId: "mallory" },
        eventSource: "aws:sqs",
      },
    ],
  },
  "EventBridge Scheduler": {
    version: "0",
    id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    detail: MALLORY,
  },
  "an empty object": {},
  null: null,
  "an array": [{ requestContext: { authorizer: { jwt: { claims: MALLORY } } } }],
  "a text": "mallory",
  "a number": 0,
  "deep nesting": nested(2_000),
  "deep nesting where claims should be": {
    ...tokenEvent(),
    requestContext: { ...tokenEvent().requestContext, authorizer: { jwt: { claims: nested(2_000) } } },
  },
  "identity in prototypes": JSON.parse(
    '{"__proto__":{"requestContext":{"authorizer":{"jwt":{"claims":{"sub":"mallory"}}}}},' +
      '"requestContext":{"__proto__":{"authorizer":{"jwt":{"claims":{"sub":"mallory"}}}},' +
      '"authorizer":{"jwt":{"claims":{"__proto__":{"sub":"mallory"},"constructor":{"sub":"mallory"}}}}}}',
  ),
  "10 MB of body": { ...tokenEvent({ sub: "sentinel-4" }), body: tenMegabytes },
  "10 MB of base64": { ...tokenEvent({ sub: "sentinel-5" }), body: tenMegabytes, isBase64Encoded: true },
};
