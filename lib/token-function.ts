/** Construct: the function, its environment, its log group and its two permissions. */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, LoggingFormat } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { type ILogGroup, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { ENVIRONMENT_DEFAULTS, FUNCTION_TIMEOUT_SECONDS, type FunctionEnvironment } from "../lambda/contract.ts";
import { functionBundle } from "./function-bundle.ts";

/** What `TokenFunction` needs. */
export interface TokenFunctionProps {
  /** Host of the Mindset API, e.g. `a.api.mindset.ai`, called over https; the API key is sent there. */
  readonly apiHost: string;

  /** The Mindset application's uid. */
  readonly appUid: string;

  /**
   * The secret that holds the Mindset API key. The function may read this one secret; when a customer-managed KMS
   * key encrypts it, add `secret.encryptionKey.grantDecrypt(tokenFunction.role)`, or the same in the key's policy.
   */
  readonly apiKeySecret: ISecret;

  /**
   * The claim that identifies the caller.
   *
   * @default "sub"
   */
  readonly identityClaim?: string;

  /**
   * The field of Mindset's request that carries the identity. `userEmail` sends the claim `email`, when verified.
   *
   * @default "externalId"
   */
  readonly identityField?: "externalId" | "userEmail";

  /**
   * `auto` maps every id to one that Mindset accepts, `strict` refuses those that Mindset would not take unchanged.
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
   * How long the function's log is kept.
   *
   * @default RetentionDays.ONE_MONTH (30 days)
   */
  readonly logRetention?: RetentionDays;

  /**
   * The processor that the function runs on.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;
}

/** The Lambda function that trades a verified caller for a Mindset token. */
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
      description: "Reads the Mindset API key and writes the log of the token function, nothing else",
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        // Not secret.grantRead(), which allows DescribeSecret too.
        ReadApiKey: allow(["secretsmanager:GetSecretValue"], completeArn(props.apiKeySecret)),
        WriteLog: allow(["logs:CreateLogStream", "logs:PutLogEvents"], this.logGroup.logGroupArn),
      },
    });
    this.handler = new NodejsFunction(this, "Function", {
      ...functionBundle,
      description: "Hands a signed-in caller a Mindset token for itself",
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

/** IAM compares with the complete ARN; of a secret that was imported by name, the six characters at its end are unknown. */
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
