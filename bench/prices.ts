/** Pure: what AWS asks for and allows, in us-east-1, without the free tier. */

/** US dollars, as published on the pages named beside; {@link PRICES_AS_OF} says how far they could be looked up. */
export const PRICES = {
  /** aws.amazon.com/lambda/pricing, arm64, first 7.5 billion GB-seconds a month */
  lambdaGbSecond: 0.0000133334,
  /** the same page */
  lambdaMillionRequests: 0.2,
  /** aws.amazon.com/api-gateway/pricing, HTTP API, first 300 million a month */
  httpApiMillionRequests: 1,
  /** aws.amazon.com/secrets-manager/pricing */
  secretMonth: 0.4,
  /** the same page */
  secretTenThousandReads: 0.05,
} as const;

/** AWS's own price pages could not be read when this was written. */
export const PRICES_AS_OF =
  "written down on 2026-11-22; Lambda's agree with a page of May 2026, the HTTP API's with one of May 2025, Secrets Manager's are not looked up";

/** What an account may do at first, per region. */
export const QUOTAS = {
  /** docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; new accounts may begin lower */
  lambdaConcurrency: 1_000,
  /** docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html: instances added in 10 s, per function */
  lambdaInstancesPerTenSeconds: 1_000,
  /** docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: requests a second */
  apiGatewayRate: 10_000,
  /** docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html: GetSecretValue a second */
  secretReadsPerSecond: 10_000,
} as const;
