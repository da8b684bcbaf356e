/** Types: the settings of a deployment, as in `cdk.json` and as the constructs accept them. */
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { GrantsConfig } from "./grants/types.ts";
import type { StackOptions } from "./options/types.ts";
import type { SignIn } from "./sign-in/types.ts";

/** The settings of a deployment: `context.mindset` in `cdk.json`, or `-c mindset.apiHost=...` on the command line. */
export interface DeploymentConfig extends StackOptions {
  /** Host of the Mindset API, e.g. `a.api.mindset.ai`. The function calls it over https and sends it the API key. */
  readonly apiHost: string;

  /** The uid of your Mindset application. */
  readonly appUid: string;

  /** Who verifies the callers, e.g. `{ issuer: "https://login.example.com/", audience: ["my-app"] }`. */
  readonly signIn: SignIn;

  /**
   * Origins whose pages may call the endpoint, e.g. `https://app.example.com`.
   *
   * @default - none, the API answers no CORS request
   */
  readonly allowedOrigins?: string[];

  /**
   * The claim that identifies the caller. With `signIn.type` `userinfo`, `signIn.subject` does.
   *
   * @default "sub"
   */
  readonly identityClaim?: string;

  /**
   * Allows an `identityClaim` that users can change or that is reassigned, such as `email`.
   *
   * @default false
   */
  readonly allowMutableIdentityClaim?: boolean;

  /**
   * Accepts ID tokens where only access tokens are accepted otherwise.
   *
   * @default false
   */
  readonly acceptIdTokens?: boolean;

  /**
   * The field of Mindset's request that carries the identity. `userEmail` sends the claim `email`, if it is verified.
   *
   * @default "externalId"
   */
  readonly identityField?: "externalId" | "userEmail";

  /**
   * `auto` maps every id to one that Mindset accepts; `strict` rejects ids that Mindset does not accept unchanged.
   *
   * @default "auto"
   */
  readonly identityMapping?: "auto" | "strict";

  /**
   * The claim with the caller's friendly name.
   *
   * @default "name"
   */
  readonly nameClaim?: string;

  /**
   * Accounts and tenants at Mindset that the verified claims of callers grant.
   *
   * @default - no privileges
   */
  readonly grants?: GrantsConfig;

  /**
   * Requests per second and burst, for all callers together.
   *
   * @default { rateLimit: 50, burstLimit: 100 }
   */
  readonly throttle?: { readonly rateLimit?: number; readonly burstLimit?: number };

  /**
   * Complete ARN of an existing secret that contains the Mindset API key, in any region.
   *
   * @default - a new secret, whose placeholder you replace after the first deployment
   */
  readonly apiKeySecretArn?: string;

  /**
   * Days to keep logs. CloudWatch supports certain numbers only.
   *
   * @default 30
   */
  readonly logRetentionDays?: RetentionDays;

  /**
   * ARN of an SNS topic that the alarms notify. Its policy must let CloudWatch publish to it.
   *
   * @default - no notification; the console shows the alarms
   */
  readonly alarmTopicArn?: string;

  /**
   * Allows an `apiHost` other than `*.api.mindset.ai`. The API key is sent to that host.
   *
   * @default false
   */
  readonly allowAnyApiHost?: boolean;
}
