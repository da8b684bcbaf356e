/** Construct: the token function, its environment, its log group and its two permissions. */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, LoggingFormat } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { type ILogGroup, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { ENVIRONMENT_DEFAULTS, FUNCTION_TIMEOUT_SECONDS, type FunctionEnvironment } from "../lambda/contract.ts";
import type { DeploymentConfig } from "./config/deployment-config.ts";
import { functionBundle } from "./function-bundle.ts";

/** Properties of `TokenFunction`. */
export interface TokenFunctionProps
  extends Pick<
    DeploymentConfig,
    "apiHost" | "appUid" | "identityClaim" | "identityField" | "identityMapping" | "nameClaim"
  > {
  /**
   * The secret that contains the Mindset API key; the function can read no other. If a customer-managed KMS key
   * encrypts it, add `secret.encryptionKey.grantDecrypt(tokenFunction.role)`, or the same in the key's policy.
   */
  readonly apiKeySecret: ISecret;

  /**
   * How long the function's log is kept.
   *
   * @default RetentionDays.ONE_MONTH (30 days)
   */
  readonly logRetention?: RetentionDays;

  /**
   * Processor architecture of the function.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;
}

/** The Lambda function that gets a Mindset token for a verified caller. */
export class TokenFunction extends Construct {
  readonly handler: NodejsFunction;
  readonly role: Role;
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: TokenFunctionProps) {
    super(scope, id);

    this.logGroup = new LogGroup(this, "LogGroup", {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", {
      description: "Reads the Mindset API key and writes the log of the token function",
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        // secret.grantRead() would also allow DescribeSecret.
        ReadApiKey: allow(["secretsmanager:GetSecretValue"], completeArn(props.apiKeySecret)),
        WriteLog: allow(["logs:CreateLogStream", "logs:PutLogEvents"], this.logGroup.logGroupArn),
      },
    });
    this.handler = new NodejsFunction(this, "Function", {
      ...functionBundle,
      description: "Gives each signed-in user a Mindset token",
      architecture: props.architecture ?? Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: { ...toEnvironment(props) },
    });
  }
}

/** IAM matches the complete ARN. For a secret imported by name, the six characters at its end are unknown. */
function completeArn({ secretFullArn, secretArn }: ISecret): string {
  return secretFullArn ?? `${secretArn}-??????`;
}

function allow(actions: string[], resource: string): PolicyDocument {
  return new PolicyDocument({ statements: [new PolicyStatement({ actions, resources: [resource] })] });
}

function toEnvironment(props: TokenFunctionProps): FunctionEnvironment {
  return {
    MINDSET_API_HOST: props.apiHost,
    MINDSET_APP_UID: props.appUid,
    MINDSET_API_KEY_SECRET_ARN: props.apiKeySecret.secretArn,
    IDENTITY_SOURCE: ENVIRONMENT_DEFAULTS.IDENTITY_SOURCE,
    IDENTITY_CLAIM: props.identityClaim ?? ENVIRONMENT_DEFAULTS.IDENTITY_CLAIM,
    IDENTITY_FIELD: props.identityField ?? ENVIRONMENT_DEFAULTS.IDENTITY_FIELD,
    IDENTITY_MAPPING: props.identityMapping ?? ENVIRONMENT_DEFAULTS.IDENTITY_MAPPING,
    NAME_CLAIM: props.nameClaim ?? ENVIRONMENT_DEFAULTS.NAME_CLAIM,
  };
}
