/** Types: settings that decide how the stack runs on AWS, not who gets a token. */

/** Options of the stack. docs/settings.md says what each costs. */
export interface StackOptions {
  /**
   * Your own domain for the endpoint. Cookies need one that belongs to the same site as the page.
   *
   * @default - the domain that API Gateway generates
   */
  readonly customDomain?: CustomDomain;

  /**
   * Memory of each function in MB. Lambda gives CPU in proportion to memory. 512 is enough: more does not shorten the wait
   * for Mindset, less makes a cold start noticeably longer.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * Processor architecture of each function.
   *
   * @default "arm64"
   */
  readonly architecture?: "arm64" | "x86_64";

  /**
   * ARN of a customer-managed KMS key that encrypts the secret with the Mindset API key. The function may decrypt with it.
   *
   * @default - the key that AWS manages for Secrets Manager
   */
  readonly kmsKeyArn?: string;

  /**
   * Instances of the token function that may run at the same time; reserved for it from the account's limit. 0 stops the endpoint.
   *
   * @default - no reservation
   */
  readonly reservedConcurrency?: number;

  /**
   * Runs the functions in a VPC, whose subnets need a way to Mindset and Secrets Manager, such as a NAT gateway.
   *
   * @default - no VPC
   */
  readonly vpc?: VpcConfig;

  /**
   * Keeps the log groups when the stack is deleted.
   *
   * @default false
   */
  readonly retainLogs?: boolean;

  /**
   * Creates a CloudWatch dashboard.
   *
   * @default false
   */
  readonly dashboard?: boolean;

  /**
   * Traces the functions with AWS X-Ray.
   *
   * @default false
   */
  readonly tracing?: boolean;
}

/** A domain for the API. */
export interface CustomDomain {
  /** For example `api.example.com`. */
  readonly domainName: string;

  /** ARN of an ACM certificate for the domain, in the region of the stack. */
  readonly certificateArn: string;

  /**
   * The Route 53 zone to create the alias record in.
   *
   * @default - no record; create one for the output `CustomDomainTarget`
   */
  readonly hostedZone?: { readonly id: string; readonly name: string };

  /**
   * Turns off the domain that API Gateway generates.
   *
   * @default false
   */
  readonly disableExecuteApiEndpoint?: boolean;
}

/** Subnets and security groups by id. */
export interface VpcConfig {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
}
