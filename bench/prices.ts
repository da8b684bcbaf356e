/** Pure: what AWS asks for and allows, in us-east-1, without the free tier. */

/** A price that falls with the amount used in a month: each part of the amount has the price of its own tier. */
export type Tiers = readonly { readonly upTo: number; readonly price: number }[];

/**
 * US dollars. The pages that set them are aws.amazon.com/lambda, api-gateway, cloudwatch and secrets-manager, each with
 * /pricing. Their figures are filled in by a script and could not be read, so beside each price stands what it was
 * compared with on 2026-11-22.
 */
export const PRICES = {
  /** arm64, first 7.5 billion GB-seconds a month; an article of 2024, and a page of May 2026 */
  lambdaGbSecond: 0.0000133334,
  /** articles of 2024 and later, and a list of September 2026 */
  lambdaMillionRequests: 0.2,
  /** by million requests; an article of May 2025 for the first tier, one of January 2021 for the second */
  httpApiMillionRequests: [
    { upTo: 300, price: 1 },
    { upTo: Number.POSITIVE_INFINITY, price: 0.9 },
  ] satisfies Tiers,
  /**
   * By GB; an article on the change of May 2025 (60 TB of Lambda's logs: $12,500). The same is assumed of API Gateway's
   * access log, and that both count together: not looked up.
   */
  logsGb: [
    { upTo: 10_000, price: 0.5 },
    { upTo: 30_000, price: 0.25 },
    { upTo: 50_000, price: 0.1 },
    { upTo: Number.POSITIVE_INFINITY, price: 0.05 },
  ] satisfies Tiers,
  /** a list of May 2026; one for each name and set of dimensions, also when it comes in a log line */
  customMetricMonth: 0.3,
  /** the same list; for each metric that an alarm watches */
  alarmMetricMonth: 0.1,
  /** an article without a date */
  secretMonth: 0.4,
  /** the same article */
  secretTenThousandReads: 0.05,
} as const;

/** For the README: how far the prices could be looked up. */
export const PRICES_AS_OF =
  "AWS's own price pages could not be read on 2026-11-22; `bench/prices.ts` says with which article or list of 2021 to 2026 each was compared";

/** What an account may do at first, per region; read in AWS's documentation on 2026-11-22 but for what is said beside. */
export const QUOTAS = {
  /** docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; read in AWS's operator guide on serverlessland.com */
  lambdaConcurrency: 1_000,
  /** docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html: instances added in 10 s, per function */
  lambdaInstancesPerTenSeconds: 1_000,
  /** docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: requests a second of all APIs together */
  apiGatewayRate: 10_000,
  /** the same page: of some regions */
  apiGatewayRateOfSomeRegions: 2_500,
  /** docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html: GetSecretValue a second; read in AWS's announcement of March 2025 */
  secretReadsPerSecond: 10_000,
} as const;
