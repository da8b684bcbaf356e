/** Construct: the token function, its environment, its log group and its two permissions. */
import { Duration } from "aws-cdk-lib";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { ENVIRONMENT_DEFAULTS, FUNCTION_TIMEOUT_SECONDS, type FunctionEnvironment } from "../../lambda/contract.ts";
import { type Grants, toGrantsData } from "../../lambda/grants-data.ts";
import type { DeploymentConfig } from "../config/deployment-config.ts";
import { allow, type FunctionOptions, LoggedFunction } from "./logged-function.ts";

/** The settings that decide how a verified caller becomes a Mindset user. */
type IdentitySettings = Pick<
  DeploymentConfig,
  "identityClaim" | "identityField" | "identityMapping" | "nameClaim" | "allowMutableIdentityClaim" | "acceptIdTokens"
>;

/** Properties of `TokenFunction`. */
export interface TokenFunctionProps
  extends Pick<DeploymentConfig, "apiHost" | "appUid" | "kmsKeyArn" | "reservedConcurrency">,
    IdentitySettings,
    FunctionOptions {
  /**
   * The secret that contains the Mindset API key; the function can read no other. If a customer-managed KMS key
   * encrypts it, `kmsKeyArn` allows the function to decrypt with it.
   */
  readonly apiKeySecret: ISecret;

  /**
   * Who verifies the callers: API Gateway's JWT authorizer (`jwt`) or an authorizer function (`lambda`).
   *
   * @default "jwt"
   */
  readonly identitySource?: "jwt" | "lambda";

  /**
   * Rules for accounts and tenants at Mindset.
   *
   * @default - no privileges
   */
  readonly grants?: Grants;

  /**
   * Origins whose requests the function accepts, because the authorizer accepts cookies and does not check origins.
   *
   * @default - the function does not check origins
   */
  readonly cookieOrigins?: string[];
}

/** The Lambda function that gets a Mindset token for a verified caller. */
export class TokenFunction extends LoggedFunction {
  constructor(scope: Construct, id: string, props: TokenFunctionProps) {
    super(scope, id, {
      ...props,
      code: "token",
      description: "Gives each signed-in user a Mindset token",
      roleDescription: "Reads the Mindset API key and writes the log of the token function",
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      // secret.grantRead() would also allow DescribeSecret.
      permissions: {
        ReadApiKey: allow(["secretsmanager:GetSecretValue"], completeArn(props.apiKeySecret)),
        ...(props.kmsKeyArn && { DecryptApiKey: allow(["kms:Decrypt"], props.kmsKeyArn) }),
      },
      environment: withoutAbsent(toEnvironment(props)),
      files: props.grants && { "grants.json": JSON.stringify(toGrantsData(props.grants)) },
    });
  }
}

/** IAM matches the complete ARN. For a secret imported by name, the six characters at its end are unknown. */
function completeArn({ secretFullArn, secretArn }: ISecret): string {
  return secretFullArn ?? `${secretArn}-??????`;
}

function toEnvironment(props: TokenFunctionProps): FunctionEnvironment {
  return {
    MINDSET_API_HOST: props.apiHost,
    MINDSET_APP_UID: props.appUid,
    MINDSET_API_KEY_SECRET_ARN: props.apiKeySecret.secretArn,
    IDENTITY_SOURCE: props.identitySource ?? ENVIRONMENT_DEFAULTS.IDENTITY_SOURCE,
    IDENTITY_CLAIM: props.identityClaim ?? ENVIRONMENT_DEFAULTS.IDENTITY_CLAIM,
    IDENTITY_FIELD: props.identityField ?? ENVIRONMENT_DEFAULTS.IDENTITY_FIELD,
    IDENTITY_MAPPING: props.identityMapping ?? ENVIRONMENT_DEFAULTS.IDENTITY_MAPPING,
    NAME_CLAIM: props.nameClaim ?? ENVIRONMENT_DEFAULTS.NAME_CLAIM,
    ALLOW_MUTABLE_IDENTITY_CLAIM: props.allowMutableIdentityClaim ? "true" : undefined,
    ACCEPT_ID_TOKENS: props.acceptIdTokens ? "true" : undefined,
    COOKIE_ORIGINS: props.cookieOrigins?.join(","),
  };
}

function withoutAbsent(environment: FunctionEnvironment): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}
